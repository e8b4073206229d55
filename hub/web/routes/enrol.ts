import { z } from 'zod'
import { enrolCodeWrong, enrolMalformed, enrolThrottled } from '../../fleet/enrolment.ts'
import { callerOf, defineRoute } from '../route.ts'

/** An agent enrols with a one-time code; the code is what it brings instead of an account. */
export const enrolRoute = defineRoute({
  method: 'POST',
  path: '/enrol',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.unknown(), // parsed where it is checked, in fleet/enrolment.ts
  async handler(context, { request, body }) {
    const forgive = context.failedEnrolments.begin(callerOf(context, request))
    if (forgive === null) throw enrolThrottled({})
    try {
      const answer = await context.enrol(body)
      forgive()
      context.signals.say('now')
      return answer
    } catch (error) {
      if (!enrolCodeWrong.is(error) && !enrolMalformed.is(error)) forgive()
      throw error
    }
  },
})
