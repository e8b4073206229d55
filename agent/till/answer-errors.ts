import type { FastifyInstance } from 'fastify'
import { defineError, describeError, TillbridgeError } from '../../shared/errors.ts'
import type { Log } from '../../shared/world.ts'
import {
  lineUnknown,
  moveIllegal,
  nothingFound,
  paymentUnconfirmed,
  pickIncomplete,
  pickTooMany,
  pickupOnHold,
  pickupUnknown,
  reopenReasonMissing,
  undoTooLate,
} from '../pickups/pickup-problems.ts'
import { printJobHidden, printJobUnderWay, printJobUnknown } from '../printing/print-jobs.ts'
import {
  returnRecorded,
  returnsClosed,
  returnTooMany,
  returnUndoTooLate,
  returnUnknown,
} from '../returns/return-problems.ts'
import { idempotencyKeyReused, posSourceClosed } from '../sources/http/problems.ts'
import { receiptNumberRepeated, rowOfFormerStore } from '../sources/problems.ts'
import { staffPassNeeded } from '../staff/staff-door.ts'
import { hostWrong, originWrong, tillNotOpened, tillRunChanged } from './access.ts'
import { posTokenWrong } from './pos-api.ts'

export const tillRequestMalformed = defineError(
  'TILL_REQUEST_MALFORMED',
  (f: { why: string }) => `The request can't be read: ${f.why}.`,
)
const statusOf: Readonly<Record<string, number>> = {
  [tillNotOpened.code]: 401,
  [tillRunChanged.code]: 401,
  [hostWrong.code]: 403,
  [originWrong.code]: 403,
  [staffPassNeeded.code]: 403,
  [pickupUnknown.code]: 404,
  [moveIllegal.code]: 409,
  [paymentUnconfirmed.code]: 409,
  [lineUnknown.code]: 409,
  [pickTooMany.code]: 409,
  [pickIncomplete.code]: 409,
  [nothingFound.code]: 409,
  [reopenReasonMissing.code]: 409,
  [pickupOnHold.code]: 409,
  [undoTooLate.code]: 409,
  [printJobUnknown.code]: 404,
  [printJobHidden.code]: 409,
  [printJobUnderWay.code]: 409,
  [returnUnknown.code]: 404,
  [returnsClosed.code]: 409,
  [returnTooMany.code]: 409,
  [returnRecorded.code]: 409,
  [returnUndoTooLate.code]: 409,
  [posTokenWrong.code]: 401,
  [posSourceClosed.code]: 404,
  [idempotencyKeyReused.code]: 409,
  [receiptNumberRepeated.code]: 409,
  [rowOfFormerStore.code]: 422,
}

/** Answers with a code and a sentence; what was not expected is logged, and says only that it failed. */
export function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof TillbridgeError)
      return reply.code(statusOf[error.code] ?? 400).send({ code: error.code, sentence: error.message })
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status < 500)
      return reply
        .code(status)
        .send({ code: tillRequestMalformed.code, sentence: describeError(error).sentence })
    log.error({ error }, 'a request failed')
    return reply
      .code(500)
      .send({ code: 'UNEXPECTED', sentence: 'This could not be saved. Try again; if it stays so, tell IT.' })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', sentence: 'There is nothing at this address.' }),
  )
}
