import { TokenRequestError } from '../../lib/errors/errors.js';

/** The error that some work fails with. */
export function requestErrorOf(work: () => unknown): TokenRequestError {
  try {
    work();
  } catch (error) {
    if (error instanceof TokenRequestError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
