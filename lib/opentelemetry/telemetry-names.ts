/** What the meter and the tracer are called. */
export const SCOPE = 'nestjs-aspose-auth';

/** The attribute with the name of a client. */
export const CLIENT = 'aspose_auth.client.name';

/** The attribute with what came of a token request. */
export const OUTCOME = 'aspose_auth.outcome';
