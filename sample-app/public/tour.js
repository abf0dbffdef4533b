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
let signedIn;
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
  if (pdf) byId('pdf').href = URL.createObjectURL(pdf);
}

/** Sends the workbook. XMLHttpRequest tells how much of it is gone, which fetch does not. */
async function convert(attempt = 1) {
  stop();
  await signedIn;
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
      : explain(request, attempt);
  request.onerror = () => say('The app does not answer.', { isBad: true });
  request.send(body);
  stop = () => request.abort();
  say(`Sends ${name}, ${kilobytes(workbook)}.`, { done: 0, canStop: true });
}

async function explain(request, attempt) {
  const { status, response } = request;
  const body = await response
    .text()
    .then(JSON.parse)
    .catch(() => undefined);
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

byId('sample').onclick = async () => {
  const response = await fetch('quarterly-sales.xlsx');
  take(new File([await response.blob()], 'quarterly-sales.xlsx'));
};
byId('act').onclick = () => act();

byId('accounts').onchange = ({ target: { value: key } }) => {
  gateway = key === '' ? GATEWAY : GATEWAY_OF_CUSTOMERS;
  show(key === '' ? 'default' : 'customers');
  if (key !== '') signedIn = post('customer/session', { key }).catch(() => {});
};

for (const button of document.querySelectorAll('[data-deed]'))
  button.onclick = async () => {
    const { ok } = await post(`local-cloud/${button.dataset.deed}`);
    byId('deed').textContent = ok
      ? `${button.textContent}: done at ${new Date().toLocaleTimeString()}.`
      : 'There is no session: reload the page.';
  };

/** Scrolls the console to a client. */
function show(client) {
  const { contentWindow, contentDocument } = byId('console');
  const card = contentDocument.getElementById(`client-${client}`);
  contentWindow.scrollTo({ top: card?.offsetTop - 12, behavior: 'smooth' });
}

function post(url, body) {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const { hasDemoCustomers, hasLocalCloud } = await (await fetch('tour')).json();
// Some browsers remember another choice when the page is loaded again.
document.querySelector('[name=key]').checked = true;
byId('accounts').hidden = !hasDemoCustomers;
byId('cloud').hidden = !hasLocalCloud;
