const en = {
  title: 'Tillbridge',
  lead: 'Head office',
  user: 'User',
  password: 'Password',
  show: 'Show the password',
  logIn: 'Log in',
  wrong: 'Wrong user name or password.',
  unreachable: 'The hub does not answer. Stores keep working; try again in a minute.',
}
const de: typeof en = {
  title: 'Tillbridge',
  lead: 'Zentrale',
  user: 'Benutzer',
  password: 'Passwort',
  show: 'Passwort anzeigen',
  logIn: 'Anmelden',
  wrong: 'Benutzername oder Passwort ist falsch.',
  unreachable:
    'Der Hub antwortet nicht. Die Filialen arbeiten weiter; in einer Minute noch einmal versuchen.',
}
export const loginMessages = { en, de }
