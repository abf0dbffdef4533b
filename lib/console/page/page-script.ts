/** What the page does: it hears how the clients are, draws them, and lets the times go on by itself. */
export const PAGE_SCRIPT = String.raw`'use strict';
(() => {
  const MINUTE = 60000;
  const HOUR = 60 * MINUTE;
  const SVG = 'http://www.w3.org/2000/svg';
  const SHAPES = {
    token: 'M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z',
    failure: 'M0-6L6.2 5H-6.2Z',
    unauthorized: 'M0-6.5L6.5 0L0 6.5L-6.5 0Z',
    hold: 'M-5-5H5V5H-5Z',
  };
  const ICONS = {
    good: 'M3 8.5L6.5 12L13 4.5',
    busy: 'M13 8A5 5 0 1 1 8 3M8 .5V5.5L11 3Z',
    idle: 'M4 8H12',
    warning: 'M8 2L15 14H1ZM8 6.5V9.5M8 11.7V12',
    bad: 'M4 4L12 12M12 4L4 12',
  };
  const ORDER = ['bad', 'warning', 'busy', 'good', 'idle'];

  const byId = (id) => document.getElementById(id);
  const cards = new Map();
  let process = null;
  let isPaused = false;
  let waiting = new Map();

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function shape(name, attributes = {}, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function say(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function span(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 120) return seconds + ' s';
    const two = (n) => String(n).padStart(2, '0');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return minutes + ' min ' + two(seconds % 60) + ' s';
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return hours + ' h' + (minutes % 60 === 0 ? '' : ' ' + two(minutes % 60) + ' min');
    return Math.floor(hours / 24) + ' d ' + (hours % 24) + ' h';
  }

  const timeOfDay = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });
  const toTheSecond = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const dayAndTime = new Intl.DateTimeFormat([], { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

  function moment(at, now, format = timeOfDay) {
    const isToday = new Date(at).toDateString() === new Date(now).toDateString();
    return (isToday ? format : dayAndTime).format(at);
  }

  function count(n, one, many) {
    return n + ' ' + (n === 1 ? one : many);
  }

  function often(n) {
    return n === 1 ? 'once' : n + ' times';
  }

  // The server's time: its own, as of the last message, and what has passed here since.
  function nowOf(card) {
    return card.state.nowMs + (performance.now() - card.heardAt);
  }

  function icon(level) {
    return shape('path', { d: ICONS[level], fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' });
  }

  function badge(level) {
    return shape('svg', { viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', class: level }, icon(level));
  }

  function mark(kind, x, y, title) {
    const inside = [shape('path', { d: SHAPES[kind], class: 'mark-' + kind })];
    if (title) inside.unshift(shape('title', {}, title));
    return shape('svg', { x, y, overflow: 'visible' }, ...inside);
  }

  // Cards

  function cardOf(state) {
    const known = cards.get(state.client);
    if (known) return known;
    const id = 'client-' + state.client;
    const section = byId('client').content.firstElementChild.cloneNode(true);
    const part = (selector) => section.querySelector(selector);
    section.id = id;
    section.tabIndex = -1;
    part('h2').id = id + '-name';
    section.setAttribute('aria-labelledby', id + '-name');
    say(part('h2'), state.client);
    const link = element('a', { href: '#' + id }, badge('idle'), element('span', {}, state.client));
    const item = element('li', {}, link);
    const card = { id, section, part, link, item, figures: new Map(), heardAt: 0, state };
    cards.set(state.client, card);
    arrange();
    return card;
  }

  function arrange() {
    const isNamed = ({ state }) => state.client !== 'default';
    const sorted = [...cards.values()].sort((a, b) => isNamed(a) - isNamed(b) || a.state.client.localeCompare(b.state.client));
    byId('clients').replaceChildren(...sorted.map(({ section }) => section));
    byId('overview').firstElementChild.replaceChildren(...sorted.map(({ item }) => item));
    byId('overview').hidden = sorted.length < 2;
  }

  function show(state, heardAt) {
    const isNew = !cards.has(state.client);
    const card = cardOf(state);
    const before = isNew ? null : card.state.status;
    card.state = state;
    card.heardAt = heardAt;
    const status = state.status;
    card.part('.status').className = 'status ' + status.level;
    card.part('.status svg').replaceChildren(icon(status.level));
    say(card.part('.status span'), status.headline);
    say(card.part('.meaning'), status.meaning);
    card.link.firstElementChild.replaceWith(badge(status.level));
    card.link.title = status.headline;
    drawLife(card);
    drawHour(card);
    drawOrigins(card);
    drawTenants(card);
    drawDecisions(card);
    tick(card);
    if (before && before.headline !== status.headline)
      say(byId('announcer'), state.client + ': ' + status.headline);
    nameTab();
  }

  function nameTab() {
    const [worst] = [...cards.values()].map(({ state }) => state.status)
      .sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
    document.title = (worst ? worst.headline + ' · ' : '') + 'Aspose tokens';
  }

  // What goes on by itself

  function tick(card) {
    const now = nowOf(card);
    tickFigures(card, now);
    tickLife(card, now);
    tickTimes(card, now);
  }

  function tickFigures(card, now) {
    const { state } = card;
    const passed = now - state.nowMs;
    const { token, hold, store } = state;
    const left = (ms) => Math.max(0, ms - passed);
    const figures = [];
    const runway = token ? left(token.runwayMs) : 0;
    if (runway > 0) {
      figures.push(['Runway', span(runway), 'for how long calls go on without the token endpoint']);
      figures.push(['Age', span(token.ageMs + passed), 'of ' + span(token.lifetimeMs)]);
    } else if (state.mode === 'client-credentials')
      figures.push(['Runway', 'none', token ? 'the last token has ended' : 'there is no token']);
    if (state.isRefreshing) figures.push(['Next token', 'is being fetched']);
    else if (hold && hold.remainingMs !== null && left(hold.remainingMs) > 0)
      figures.push(['Next token', 'not before ' + span(left(hold.remainingMs)), hold.why]);
    else if (token) {
      const due = token.refreshInMs - passed;
      figures.push(['Next token', due > 0 ? 'in ' + span(due) : 'with the next call']);
    }
    if (token) figures.push(['Token', token.fingerprint, '', 'mono']);
    if (state.clientId) figures.push(['Client id', state.clientId, '', 'mono']);
    if (state.budgetLeft !== undefined) figures.push(['Requests left', String(state.budgetLeft), 'before the runaway guard pauses']);
    if (state.tenants) figures.push(['Tenants in memory', String(state.tenants.inMemory)]);
    if (store) figures.push(['Store ' + store.name, ...storeInWords(store, token, passed)]);
    const names = figures.map(([name]) => name);
    for (const [name, node] of card.figures)
      if (!names.includes(name)) { node.remove(); card.figures.delete(name); }
    let index = 0;
    for (const [name, value, note = '', look = ''] of figures) {
      let node = card.figures.get(name);
      if (!node) {
        node = element('div', {}, element('dt', {}, name), element('dd', { class: look }), element('dd', { class: 'muted' }));
        card.figures.set(name, node);
      }
      say(node.children[1], value);
      say(node.children[2], note);
      node.children[2].hidden = note === '';
      const list = card.part('.figures');
      if (list.children[index] !== node) list.insertBefore(node, list.children[index] || null);
      index += 1;
    }
  }

  function storeInWords({ isPassedOver, asked, answered, lastSeen }, token, passed) {
    const notes = [];
    let value = 'not asked yet';
    if (lastSeen) {
      const { agoMs, token: stored, refusals } = lastSeen;
      const left = stored ? stored.remainingMs - passed : 0;
      const isOurs = stored && token && stored.fingerprint === token.fingerprint;
      value = left > 0 ? 'holds ' + (isOurs ? 'this token' : 'token ' + stored.fingerprint) : 'holds no token';
      if (refusals > 0) notes.push('knows of ' + count(refusals, 'refusal', 'refusals'));
      notes.push('seen ' + span(agoMs + passed) + ' ago');
    }
    notes.push('answered ' + answered + ' of ' + count(asked, 'question', 'questions'));
    return [isPassedOver ? 'passed over' : value, notes.join(', ')];
  }

  function tickTimes(card, now) {
    for (const time of card.section.querySelectorAll('time')) {
      const at = Number(time.dataset.at);
      const ago = now - at;
      say(time, ago < 100000 ? span(ago) + ' ago' : moment(at, now, toTheSecond));
    }
  }

  // The life of a token: from its issue to its end; without a token, the time around now.

  function axisOf({ state }) {
    const { token, hold, nowMs: now } = state;
    const holdEnd = hold && hold.remainingMs !== null ? now + hold.remainingMs : 0;
    if (token && token.runwayMs > 0)
      return { from: now - token.ageMs, to: now - token.ageMs + token.lifetimeMs };
    const marks = state.decisions.filter(({ kind, at }) => SHAPES[kind] && at > now - 10 * MINUTE);
    const from = Math.min(now - MINUTE, ...marks.map(({ at }) => at - 2000));
    return { from, to: Math.max(now + MINUTE, holdEnd + (holdEnd - from) / 20) };
  }

  function drawLife(card) {
    const { state, id } = card;
    const life = card.part('.life');
    life.hidden = state.mode !== 'client-credentials';
    if (life.hidden) return;
    const { token, nowMs: now } = state;
    const axis = axisOf(card);
    const at = (time) => Math.min(100, Math.max(0, ((time - axis.from) / (axis.to - axis.from)) * 100));
    card.at = at;
    const hasLife = token && token.runwayMs > 0;
    const bar = (className, from, to, more = {}) =>
      shape('rect', { class: className, x: at(from) + '%', y: 34, width: Math.max(0, at(to) - at(from)) + '%', height: 16, ...more });
    const svg = life.querySelector('svg');
    const inTrack = [bar('track', axis.from, axis.to)];
    if (hasLife) {
      const issued = axis.from;
      const refreshAt = now + token.refreshInMs;
      const usableTo = now + token.runwayMs;
      inTrack.push(bar('young', issued, refreshAt), bar('renewal', refreshAt, usableTo));
      card.lived = bar('lived', issued, now);
      inTrack.push(card.lived);
    } else card.lived = null;
    const drawn = [
      shape('defs', {},
        shape('clipPath', { id: id + '-clip' }, shape('rect', { x: 0, y: 34, width: '100%', height: 16, rx: 8 })),
        shape('pattern', { id: id + '-stripes', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
          shape('line', { x1: 0, y1: 0, x2: 0, y2: 7, class: 'stripe' }))),
      shape('g', { 'clip-path': 'url(#' + id + '-clip)' }, ...inTrack),
    ];
    const { hold } = state;
    const holds = hold && hold.remainingMs !== null && hold.remainingMs > 0;
    if (holds)
      drawn.push(shape('svg', { x: at(now) + '%', y: 34, overflow: 'visible', width: Math.max(0.6, at(now + hold.remainingMs) - at(now)) + '%', height: 16 },
        shape('rect', { class: 'held', width: '100%', height: 16, fill: 'url(#' + id + '-stripes)' }, shape('title', {}, 'Held: ' + hold.why))));
    const shown = state.decisions.filter((decision) => SHAPES[decision.kind] && decision.at >= axis.from - 1000 && decision.at <= axis.to);
    for (const decision of shown.toReversed())
      drawn.push(mark(decision.kind, at(decision.at) + '%', 22, moment(decision.at, now, toTheSecond) + ' ' + decision.words));
    card.now = shape('svg', { overflow: 'visible', y: 42, class: 'now' },
      ...(state.isRefreshing ? [shape('circle', { class: 'ring', r: 9 })] : []),
      shape('line', { y1: -13, y2: 13 }), shape('circle', { class: 'dot', r: 5 }),
      shape('text', { y: 28, 'text-anchor': 'middle' }, state.isRefreshing ? 'fetching' : 'now'));
    drawn.push(card.now);
    svg.replaceChildren(...drawn);

    const [start, middle, end] = life.querySelectorAll('.ends span');
    life.querySelector('.ends').style.gridTemplateColumns = 'auto minmax(0, 1fr) ' + (hasLife ? 100 - at(now + token.refreshInMs) + '%' : 'auto');
    say(start, (hasLife ? 'issued ' : '') + moment(axis.from, now));
    say(middle, hasLife ? 'renewed from ' + moment(now + token.refreshInMs, now) : '');
    say(end, (hasLife ? 'ends ' : '') + moment(axis.to, now));
    drawLegend(life.querySelector('.legend'), hasLife, holds, shown);
    tickLife(card, now);
  }

  function drawLegend(legend, hasLife, holds, shown) {
    const swatch = (className, fill) => shape('svg', { width: 16, height: 10, 'aria-hidden': 'true' },
      shape('rect', { class: className, width: 16, height: 10, rx: 3, ...(fill && { fill }) }));
    const symbol = (kind) => shape('svg', { width: 14, height: 14, 'aria-hidden': 'true' }, mark(kind, 7, 7));
    const kinds = new Set(shown.map(({ kind }) => kind));
    const entries = [];
    if (hasLife) entries.push([swatch('lived'), 'lived'], [swatch('young'), 'fresh'], [swatch('renewal'), 'renewed in the background']);
    if (holds) entries.push([swatch('held', 'url(#' + legend.closest('section').id + '-stripes)'), 'held: nothing is asked for']);
    for (const [kind, text] of [['token', 'token came'], ['failure', 'request failed'], ['unauthorized', 'an API said 401'], ['hold', 'hold began']])
      if (kinds.has(kind)) entries.push([symbol(kind), text]);
    legend.replaceChildren(...entries.map(([sign, text]) => element('li', {}, sign, text)));
  }

  function tickLife(card, now) {
    if (!card.at || card.part('.life').hidden) return;
    const x = card.at(now);
    card.now.setAttribute('x', x + '%');
    const text = card.now.querySelector('text');
    text.setAttribute('text-anchor', x < 4 ? 'start' : x > 96 ? 'end' : 'middle');
    if (card.lived) card.lived.setAttribute('width', x + '%');
    card.part('.life svg').setAttribute('aria-label', lifeInWords(card, now));
  }

  function lifeInWords({ state }, now) {
    const { token, hold, isRefreshing } = state;
    const passed = now - state.nowMs;
    const parts = [];
    if (token && token.runwayMs > passed) {
      const { ageMs, lifetimeMs, refreshInMs, runwayMs } = token;
      parts.push('The token is ' + Math.floor(((ageMs + passed) / lifetimeMs) * 100) + ' percent through a life of ' + span(lifetimeMs) + '.');
      parts.push(refreshInMs > passed ? 'Its renewal begins ' + inAbout(refreshInMs - passed) + '.' : 'Its renewal is due.');
      parts.push('It serves for another ' + about(runwayMs - passed) + '.');
    } else parts.push('There is no token.');
    if (isRefreshing) parts.push('A token is being fetched.');
    if (hold && hold.remainingMs !== null && hold.remainingMs > passed)
      parts.push('No token is requested for the next ' + about(hold.remainingMs - passed) + ', since ' + hold.why + '.');
    return parts.join(' ');
  }

  function about(ms) {
    if (ms < MINUTE) return 'less than a minute';
    if (ms < 2 * HOUR) return count(Math.round(ms / MINUTE), 'minute', 'minutes');
    return count(Math.round(ms / HOUR), 'hour', 'hours');
  }

  function inAbout(ms) {
    return 'in ' + about(ms);
  }

  // The last hour

  function drawHour(card) {
    const { requests, failures, unauthorized } = card.state.hour;
    const sum = (list) => list.reduce((a, b) => a + b, 0);
    const [asked, failed, said401] = [requests, failures, unauthorized].map(sum);
    const most = Math.max(3, ...requests);
    const step = 100 / requests.length;
    const drawn = [shape('line', { class: 'axis', x1: 0, x2: '100%', y1: 71.5, y2: 71.5 })];
    requests.forEach((made, index) => {
      const x = index * step + step * 0.12 + '%';
      const width = step * 0.76 + '%';
      const height = (made / most) * 52;
      const bad = (failures[index] / most) * 52;
      if (made > 0) drawn.push(shape('rect', { class: 'requests', x, width, y: 71 - height, height: Math.max(0, height - bad), rx: 1.5 }));
      if (bad > 0) drawn.push(shape('rect', { class: 'failures', x, width, y: 71 - bad, height: bad, rx: 1.5 }));
      if (unauthorized[index] > 0) drawn.push(mark('unauthorized', (index + 0.5) * step + '%', 8));
    });
    card.part('.hour svg').replaceChildren(...drawn);
    say(card.part('.sum'), (asked === 0 ? 'No request' : count(asked, 'request', 'requests') + ', ' + (failed === 0 ? 'none' : failed) + ' failed') + '. '
      + (said401 === 0 ? 'No API answered 401.' : 'APIs answered 401 ' + often(said401) + '.'));
  }

  function drawOrigins(card) {
    const { origins } = card.state;
    const list = card.part('.origins ul');
    if (origins.length === 0) {
      list.replaceChildren(element('li', { class: 'muted' }, 'None: APIs accept the token.'));
      return;
    }
    list.replaceChildren(...origins.map(({ origin, unauthorized, useless, heldForMs }) => {
      const notes = [(unauthorized === 0 ? 'not' : often(unauthorized)) + ' in the last hour'];
      if (useless > 0) notes.push(count(useless, 'renewal', 'renewals') + ' in a row did not help');
      if (heldForMs > 0) notes.push('passed on until ' + moment(card.state.nowMs + heldForMs, card.state.nowMs, toTheSecond));
      return element('li', {}, element('div', {}, origin || 'an unnamed origin'), element('div', { class: 'muted' }, notes.join('; ')));
    }));
  }

  function drawTenants(card) {
    const { tenants, nowMs } = card.state;
    const part = card.part('.tenants');
    part.hidden = !tenants;
    if (!tenants) return;
    part.querySelector('ul').replaceChildren(...tenants.shown.map(({ tenant, validUntil, fails, last }) =>
      element('li', {},
        element('span', { class: 'mono' }, tenant),
        element('span', { class: 'state' }, badge(fails ? 'bad' : validUntil > nowMs ? 'good' : 'idle'),
          (fails ? 'fails' : validUntil > nowMs ? 'serving' : 'no token') + (validUntil > nowMs ? ' until ' + moment(validUntil, nowMs) : '')),
        element('span', {}, last.words))));
  }

  function drawDecisions(card) {
    const { decisions } = card.state;
    const key = JSON.stringify(decisions);
    if (card.decisionsKey === key) return;
    card.decisionsKey = key;
    const items = decisions.map(({ at, kind, words, times, tenant }) => {
      const sign = SHAPES[kind] ? mark(kind, 8, 8) : shape('circle', { cx: 8, cy: 8, r: 2.5, fill: 'currentColor' });
      const text = element('span', {}, (tenant ? 'Tenant ' + tenant + ': ' : '') + words);
      if (times > 1) text.append(' ', element('b', { class: 'times' }, times + ' times'));
      return element('li', {}, shape('svg', { width: 16, height: 16, 'aria-hidden': 'true' }, sign),
        element('time', { datetime: new Date(at).toISOString(), title: new Date(at).toLocaleString(), 'data-at': at }), text);
    });
    const [recent, earlier] = card.section.querySelectorAll('.decisions ol');
    recent.replaceChildren(...(items.length > 0 ? items.slice(0, 6) : [element('li', { class: 'muted' }, shape('svg', { width: 16, height: 16 }), 'None yet.')]));
    earlier.replaceChildren(...items.slice(6));
    card.part('details').hidden = items.length <= 6;
    say(card.part('summary'), count(items.length - 6, 'earlier decision', 'earlier decisions'));
  }

  // The stream

  function connection(state, text) {
    byId('connection').dataset.state = state;
    document.body.dataset.connection = state;
    say(byId('connection'), text);
  }

  function hearProcess(data) {
    const isOther = process && (process.pid !== data.pid || process.host !== data.host);
    process = data;
    say(byId('process'), 'Process ' + data.pid + ' on ' + data.host + ', started ' + moment(data.startedAt, data.nowMs) + '. Other processes of this app have pages of their own.');
    for (const [name, card] of cards)
      if (!data.clients.includes(name)) { card.section.remove(); card.item.remove(); cards.delete(name); }
    if (isOther) say(byId('announcer'), 'This page now speaks for process ' + data.pid + ' on ' + data.host + '.');
  }

  function hear(state) {
    if (isPaused) waiting.set(state.client, [state, performance.now()]);
    else show(state, performance.now());
  }

  function connect() {
    const url = location.pathname.replace(/\/+$/, '') + '/events';
    const source = new EventSource(url);
    source.addEventListener('open', () => connection('live', 'Live'));
    source.addEventListener('process', ({ data }) => hearProcess(JSON.parse(data)));
    source.addEventListener('client', ({ data }) => hear(JSON.parse(data)));
    source.addEventListener('error', () => {
      connection('lost', 'Not connected, trying again');
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
    });
  }

  byId('pause').addEventListener('click', () => {
    isPaused = !isPaused;
    byId('pause').setAttribute('aria-pressed', String(isPaused));
    if (isPaused) return;
    for (const [state, heardAt] of waiting.values()) show(state, heardAt);
    waiting = new Map();
  });

  setInterval(() => {
    if (!isPaused) for (const card of cards.values()) tick(card);
  }, 1000);
  connect();
})();
`;
