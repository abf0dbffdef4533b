const GATEWAY = 'aspose';
const GATEWAY_OF_CUSTOMERS = 'customer/aspose';
const CONVERT = '/v4.0/cells/convert/spreadsheet?format=pdf';

/** What may be over soon. The answer says in `Retry-After` when to ask again; without it, each pause is twice the last one. */
const TRANSIENT = [502, 503, 504];
const FIRST_PAUSE_S = 5;
const MAX_ATTEMPTS = 5;

const byId = (id) => document.getElementById(id);
const status = byId('status');
const progress = byId('progress');

let gateway = GATEWAY;
/** Whether the last choice of an account has been taken up. */
let signedIn = Promise.resolve(true);
let workbook;
/** Ends what is under way: an upload, or waiting for the next one. */
let stop = () => {};
/** What the button does. It is one button, so that the focus stays where it is. */
let act = convert;

function say(text, { isBad = false, done, pdf, canStop = false } = {}) {
  status.textContent = text;
  status.className = isBad ? 'bad' : '';
  progress.hidden = done === undefined;
  if (done === null) progress.removeAttribute('value');
  else progress.value = done ?? 0;
  byId('act').hidden = false;
  byId('act').textContent = canStop ? 'Stop' : 'Convert again';
  act = canStop ? halt : convert;
  byId('pdf').hidden = !pdf;
  URL.revokeObjectURL(byId('pdf').href);
  if (!pdf) return;
  byId('pdf').href = URL.createObjectURL(pdf);
  byId('pdf').download = workbook.name.replace(/\.\w+$/, '') + '.pdf';
}

/** Sends the workbook. XMLHttpRequest tells how much of it is gone, which fetch does not. */
async function convert(attempt = 1) {
  stop();
  if (workbook === undefined) return;
  let isOver = false;
  const end = () => void (isOver = true);
  stop = end;
  const isSignedIn = await lastSignIn();
  if (isOver) return;
  if (!isSignedIn)
    return say('The account could not be changed: choose another one.', {
      isBad: true,
    });
  const { name } = workbook;
  const body = new FormData();
  body.append('Spreadsheet', workbook);
  const request = new XMLHttpRequest();
  request.open('PUT', gateway + CONVERT);
  request.responseType = 'blob';
  request.upload.onprogress = ({ loaded, total }) => {
    progress.value = loaded / total;
  };
  request.upload.onload = () =>
    say(`Aspose converts ${name}.`, { done: null, canStop: true });
  request.onload = () =>
    request.status === 200
      ? say(`The PDF of ${name} is here: ${kilobytes(request.response)}.`, {
          pdf: new Blob([request.response], { type: 'application/pdf' }),
        })
      : explain(request, attempt, () => isOver);
  request.onerror = () => say('The connection broke off.', { isBad: true });
  request.send(body);
  stop = () => {
    end();
    request.abort();
  };
  say(`Sends ${name}, ${kilobytes(workbook)}.`, { done: 0, canStop: true });
}

async function explain(request, attempt, isOver) {
  const { status, response } = request;
  const body = await response
    .text()
    .then(JSON.parse)
    .catch(() => undefined);
  if (isOver()) return;
  // The app's words or, about the workbook, Aspose's.
  const why =
    body?.message ?? body?.Error?.Message ?? `The answer was ${status}.`;
  if (!TRANSIENT.includes(status) || attempt === MAX_ATTEMPTS)
    return say(why, { isBad: true });
  const pause =
    Number(request.getResponseHeader('Retry-After')) ||
    FIRST_PAUSE_S * 2 ** (attempt - 1);
  const next = `The next attempt follows in ${pause} s.`;
  say(`${why} ${next}`, { isBad: true, canStop: true });
  const timer = setTimeout(() => void convert(attempt + 1), pause * 1000);
  stop = () => clearTimeout(timer);
}

function halt() {
  stop();
  say('Stopped.');
}

function kilobytes({ size }) {
  return `${Math.ceil(size / 1024)} KB`;
}

function take(file) {
  if (file === undefined) return;
  workbook = file;
  void convert();
}

byId('file').onchange = ({ target }) => {
  take(target.files[0]);
  // So that the same file can be chosen again.
  target.value = '';
};

const drop = byId('drop');
drop.ondragover = (event) => {
  event.preventDefault();
  drop.classList.add('over');
};
drop.ondragleave = () => drop.classList.remove('over');
drop.ondrop = (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  take(event.dataTransfer.files[0]);
};

// What is dropped beside it must not replace the page.
for (const type of ['dragover', 'drop'])
  addEventListener(type, (event) => event.preventDefault());

byId('sample').onclick = async () => {
  const response = await fetch('quarterly-sales.xlsx').catch(() => undefined);
  if (!response?.ok)
    return say('The sample workbook could not be loaded.', { isBad: true });
  take(new File([await response.blob()], 'quarterly-sales.xlsx'));
};
byId('act').onclick = () => act();

byId('accounts').onchange = ({ target: { value: key } }) => {
  gateway = key === '' ? GATEWAY : GATEWAY_OF_CUSTOMERS;
  // One after the other: of two answers at once, the cookie of either might be the last.
  signedIn = signedIn.then(() => signIn(key)).catch(() => false);
  show(key === '' ? 'default' : 'customers');
};

/** Begins the session of a customer or, without a key, of nobody. */
async function signIn(key) {
  const method = key === '' ? 'DELETE' : 'POST';
  const { ok } = await send(method, 'customer/session', { key });
  return ok;
}

/** Waits for the choice that was made last, even if that is made meanwhile. */
async function lastSignIn() {
  const last = signedIn;
  const isSignedIn = await last;
  return last === signedIn ? isSignedIn : lastSignIn();
}

for (const button of document.querySelectorAll('[data-deed]'))
  button.onclick = async () => {
    const url = `local-cloud/${button.dataset.deed}`;
    const answer = await send('POST', url).catch(() => undefined);
    byId('deed').textContent = answer?.ok
      ? `${button.textContent}: done at ${new Date().toLocaleTimeString()}.`
      : `${button.textContent} failed: ${whyNot(answer)}.`;
  };

function whyNot(answer) {
  if (answer === undefined) return 'the app does not answer';
  return answer.status === 401
    ? 'there is no session, reload the page'
    : `the answer was ${answer.status}`;
}

/** Scrolls the console to a client. */
function show(client) {
  const { contentWindow, contentDocument } = byId('console');
  const card = contentDocument?.getElementById(`client-${client}`);
  if (card)
    contentWindow.scrollTo({ top: card.offsetTop - 12, behavior: 'smooth' });
}

function send(method, url, body) {
  return fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const { hasDemoCustomers, hasLocalCloud } = await fetch('tour')
  .then((answer) => (answer.ok ? answer.json() : {}))
  .catch(() => ({}));
// Some browsers remember another choice when the page is loaded again.
document.querySelector('[name=key]').checked = true;
byId('accounts').hidden = !hasDemoCustomers;
byId('cloud').hidden = !hasLocalCloud;
