import { loginThrottled, loginWrong, openSession } from '../accounts.ts'
import { LoginRequest } from '../api-schema.ts'
import { defineRoute } from '../route.ts'

/** Opens a session for a name and password. */
export const login = defineRoute({
  method: 'POST',
  path: '/api/login',
  role: 'anyone',
  ownPageOnly: true,
  schema: LoginRequest,
  async handler({ db, world, session, failedLogins }, { request, reply, body }) {
    const forgive = failedLogins.begin(`${request.ip} ${body.user}`)
    if (forgive === null) throw loginThrottled({})
    try {
      const { token, account } = await openSession(
        db,
        world.random,
        body.user,
        body.password,
        world.clock.now(),
      )
      forgive()
      session.set(reply, token)
      return { user: account.name, role: account.role }
    } catch (error) {
      if (!loginWrong.is(error)) forgive()
      throw error
    }
  },
})
