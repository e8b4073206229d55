import { loginThrottled, loginWrong, openSession } from '../accounts.ts'
import { LoginRequest } from '../api-schema.ts'
import { callerOf, defineRoute } from '../route.ts'

/** Opens a session for a name and password. */
export const login = defineRoute({
  method: 'POST',
  path: '/api/login',
  role: 'anyone',
  ownPageOnly: true,
  schema: LoginRequest,
  async handler(context, { request, reply, body }) {
    const { db, world, session, knownBrowser, hashing } = context
    const { user: name, password } = body
    const caller = callerOf(context, request)
    const browser = await knownBrowser.read(request, name)
    const forgive = context.logins.begin({ caller, name, browser })
    if (forgive === null) throw loginThrottled({})
    try {
      const { token, account } = await hashing(browser ?? caller, () =>
        openSession(db, world.random, name, password, world.clock.now()),
      )
      forgive()
      session.set(reply, token)
      if (browser === null) await knownBrowser.set(reply, name)
      return { user: account.name, role: account.role }
    } catch (error) {
      if (!loginWrong.is(error)) forgive()
      throw error
    }
  },
})
