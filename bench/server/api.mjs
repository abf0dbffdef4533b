const CHALLENGE =
  'Bearer error="invalid_token", error_description="The signature is invalid"';

/** A listing that the Cells and the Words SDK can read. */
const LISTING = JSON.stringify({
  Value: Array.from({ length: 3 }, (_, index) => ({
    Name: `Report${index}.xlsx`,
    IsFolder: false,
    Size: 12_345,
    Path: `/folder/Report${index}.xlsx`,
  })),
});

/** Answers any API call: with a listing, or with 401 where the token is not valid on arrival. */
export function answerApiCall(state, request, response) {
  const token = request.headers.authorization?.replace(/^Bearer /i, '');
  const isValid = state.accepts(token);
  request.resume();
  const end = () => {
    if (isValid) {
      response.setHeader('Content-Type', 'application/json');
      response.end(LISTING);
    } else {
      response.writeHead(401, { 'WWW-Authenticate': CHALLENGE });
      response.end();
    }
  };
  const delayMs = state.nextApiDelayMs();
  if (delayMs > 0) setTimeout(end, delayMs);
  else end();
}
