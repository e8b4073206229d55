const en = {
  title: 'Tillbridge',
  lead: 'Head office',
  user: 'User',
  password: 'Password',
  show: 'Show the password',
  logIn: 'Log in',
  wrong: 'User or password is not right. Nobody was logged in.',
  unreachable: 'The hub does not answer. Stores go on working; try again in a minute.',
}
const de: typeof en = {
  title: 'Tillbridge',
  lead: 'Zentrale',
  user: 'Benutzer',
  password: 'Passwort',
  show: 'Passwort anzeigen',
  logIn: 'Anmelden',
  wrong: 'Benutzer oder Passwort stimmt nicht. Niemand wurde angemeldet.',
  unreachable:
    'Der Hub antwortet nicht. Die Filialen arbeiten weiter; in einer Minute noch einmal versuchen.',
}
export const loginMessages = { en, de }
