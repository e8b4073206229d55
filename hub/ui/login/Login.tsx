import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { ApiError, isUnauthorised } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { Problem } from '../../../shared/ui/Problem.tsx'
import classes from './Login.module.css'
import { loginMessages } from './login.messages.ts'
import { useLogin } from './me.query.ts'

/** The log-in form, shown whenever an answer says that the user is not logged in. */
export function Login() {
  const t = useMessages(loginMessages)
  const login = useLogin()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  return (
    <main className={classes['page']}>
      <Paper withBorder p="lg" className={classes['form']}>
        <form
          onSubmit={event => {
            event.preventDefault()
            if (!login.isPending) login.mutate({ user, password })
          }}
        >
          <Stack>
            <div>
              <Title order={1}>{t.title}</Title>
              <Text c="dimmed">{t.lead}</Text>
            </div>
            {login.isError && <Problem say={whyNot(login.error, t)} error={login.error} />}
            <TextInput
              label={t.user}
              value={user}
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              onChange={event => setUser(event.currentTarget.value)}
            />
            <PasswordInput
              label={t.password}
              value={password}
              autoComplete="current-password"
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': t.show }}
              onChange={event => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" aria-disabled={login.isPending}>
              {t.logIn}
            </Button>
          </Stack>
        </form>
      </Paper>
    </main>
  )
}

function whyNot(error: Error, t: (typeof loginMessages)['en']): string {
  if (isUnauthorised(error)) return t.wrong
  return error instanceof ApiError && error.failure === 'refused' ? error.message : t.unreachable
}
