// SPDX-License-Identifier: Apache-2.0

// The page asks the admin API every second and changes only what is different.
// Values of clients are set as text, never as HTML.
'use strict';

const every = 1000; // milliseconds between two looks
const patience = 5000; // milliseconds until a look counts as failed
const limits = { projects: 50, devices: 100, requests: 100 };

const $ = (selector, within = document) => within.querySelector(selector);

// el makes an element with a class and children, which are elements or text.
function el(tag, className, ...children) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...children);
  return e;
}

// put sets a text, an attribute or a visibility, if it is another: what stays
// the same keeps its focus and its selection.
function put(e, text) {
  if (e.textContent !== text) e.textContent = text;
}
function mark(e, name, value) {
  if (e.getAttribute(name) !== String(value)) e.setAttribute(name, value);
}
function show(e, visible) {
  if (e.hidden === visible) e.hidden = !visible;
}

// each makes the children of a parent correspond to a list of items: it keeps
// the children whose item is still there, and moves as little as it can.
function each(parent, items, id, make, update) {
  const wanted = new Set(items.map(id));
  const kept = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.id)) kept.set(child.dataset.id, child);
    else child.remove();
  }
  items.forEach((item, i) => {
    let child = kept.get(id(item));
    if (!child) {
      child = make(item);
      child.dataset.id = id(item);
    }
    update(child, item);
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}

const count = (n, one, many = one + 's') => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
// Times are in UTC, as those of the API.
const at = (time) => new Date(time).toISOString().slice(11, 19);
const shorten = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{8}([0-9a-f]{4})/g, '…$1');

// tone says how a word of the API is coloured.
function tone(word) {
  if (['active', 'up', 'enabled'].includes(word)) return 'good';
  if (['failed', 'down', 'disabled'].includes(word)) return 'bad';
  if (/^(up|down|unknown),/.test(word)) return 'bad';
  return ['unknown', 'inactive'].includes(word) ? 'none' : 'wait';
}

function badge(e, text, colour = tone(text)) {
  put(e, text);
  mark(e, 'data-tone', colour);
}


// soon says what will happen by itself.
function soon(next) {
  if (!next) return '';
  const what = { addresses: 'gets addresses', poll: 'is asked again' }[next.to] ?? `then ${next.to}`;
  return `${what} at ${at(next.at)}`;
}

function makeProject() {
  const e = el('details', 'project',
    el('summary', 'fold', el('header', '', el('h3'), el('span', 'size'), el('span', 'id'), el('p', 'bgp'))),
    el('p', 'empty', 'No devices.'), el('ul', 'devices'), el('p', 'note'));
  e.open = true;
  return e;
}

function updateProject(e, p) {
  put($('h3', e), p.name);
  put($('.id', e), p.id);
  put($('.size', e), count(p.deviceCount, 'device'));
  const b = p.bgp;
  put($('.bgp', e), b ? `BGP ${b.deploymentType}, AS ${b.asn}, ${b.status}${b.md5 ? ', with password' : ''}` : 'BGP was never enabled');
  show($('.empty', e), p.deviceCount === 0);
  each($('.devices', e), p.devices, (d) => d.id, makeDevice, updateDevice);
  const rest = p.deviceCount - p.devices.length;
  show($('.note', e), rest > 0);
  put($('.note', e), `The first ${p.devices.length} of ${count(p.deviceCount, 'device')}, with ${count(p.sessionCount, 'session')} in all.`);
}

function makeDevice() {
  return el('li', '',
    el('div', 'device', el('div', 'name', el('strong'), el('span', 'badge')), el('span', 'place'), el('span', 'id')),
    el('ul', 'sessions'));
}

function updateDevice(e, d) {
  put($('strong', e), d.hostname);
  badge($('.name .badge', e), d.state);
  const rest = [d.hidden && 'hidden, answers 403', d.locked && 'locked', soon(d.next)];
  put($('.place', e), [d.metro, d.plan, d.addresses[0], ...rest].filter(Boolean).join(' · '));
  put($('.device > .id', e), d.id);
  const sessions = d.sessions.length ? d.sessions : [{ id: 'none' }];
  each($('.sessions', e), sessions, (s) => s.id, makeSession, updateSession);
}

function makeSession(s) {
  if (s.id === 'none') return el('li', '', el('span', 'empty', 'No BGP sessions.'));
  return el('li', '', el('span', 'badge'), el('span', 'family'), el('div', '', el('span', 'next'), el('span', 'id', s.id)));
}

function updateSession(e, s) {
  if (s.id === 'none') return;
  badge($('.badge', e), s.status);
  put($('.family', e), s.addressFamily === 'ipv6' ? 'IPv6' : 'IPv4');
  const routes = s.learnedRoutes?.length ? `learned ${s.learnedRoutes.join(', ')}` : '';
  const text = [s.defaultRoute && 'default route', routes, soon(s.next)].filter(Boolean).join(' · ');
  put($('.next', e), text);
  show($('.next', e), text !== '');
}

function makeRequest(r) {
  const time = el('time', '', at(r.time));
  time.dateTime = r.time;
  const cut = r.status === 0 || r.cut === 'midway';
  const path = el('span', 'path', `${r.method} ${shorten(r.path)}${r.query ? '?' + r.query : ''}`);
  path.title = r.path;
  const status = el('span', 'badge');
  const colour = cut || r.status >= 500 ? 'bad' : r.status >= 400 ? 'wait' : 'good';
  badge(status, [r.status || '', cut ? 'cut' : ''].join(' ').trim(), colour);
  const what = el('td', '', path);
  if (r.outside) what.append(el('span', 'why', 'This path is outside of the API: its prefix is missing.'));
  else if (r.errors) what.append(el('span', 'why', r.errors.join(', ')));
  if (r.fault) {
    const fault = el('span', 'badge fault');
    badge(fault, 'fault: ' + [...(r.passedFaults ?? []), r.fault].join(', '), 'wait');
    what.append(fault);
  }
  return el('tr', '', el('td', 'at', time), what, el('td', 'status', status), el('td', 'took', (r.durationNs / 1e6).toFixed(1)));
}

const effects = [
  ['store', () => 'takes effect'], ['delay', (v) => `waits ${v}`], ['hang', () => 'hangs'], ['stale', () => 'answers from the past'],
  ['denied', () => 'loses access to projects'], ['status', (v) => `answers ${v}`], ['cut', (v) => (v === 'midway' ? 'cut midway' : 'connection cut')],
];

function updateFault(e, f) {
  put($('strong', e), f.name || f.id);
  put($('.hits', e), (f.times ? `${f.hits} of ${count(f.times, 'hit')}` : count(f.hits, 'hit')) + (f.spent ? ', spent' : ''));
  mark(e, 'data-spent', f.spent);
  const where = [f.method || 'any method', f.route || f.path || 'any route', f.bodyContains && 'with a certain body', f.tokenId && 'with a certain token'];
  const what = effects.filter(([name]) => f[name]).map(([name, say]) => say(f[name])).join(', then ');
  put($('.where', e), where.filter(Boolean).join(' '));
  put($('.what', e), what || 'counts requests');
}

function makeFault() {
  return el('li', '', el('div', '', el('strong'), el('span', 'hits')), el('code', 'where'), el('p', 'what'));
}

function figure(name, n, more) {
  const e = $(`[data-of="${name}"]`);
  put(e, n.toLocaleString('en'));
  put(e.nextElementSibling, more);
  e.nextElementSibling.title = more;
}

function total(counts) {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

function list(counts) {
  return Object.entries(counts).sort().map(([word, n]) => `${n.toLocaleString('en')} ${word}`).join(', ');
}

function drawState(s) {
  const sessions = {};
  for (const c of s.counts.sessions) sessions[c.status] = (sessions[c.status] ?? 0) + c.count;
  figure('projects', s.counts.projects, '');
  figure('devices', total(s.counts.devices), list(s.counts.devices));
  figure('sessions', total(sessions), list(sessions));
  show($('#clock'), Boolean(s.clock));
  if (s.clock) {
    const time = $('#clock time');
    mark(time, 'datetime', s.clock);
    put(time, new Date(s.clock).toISOString().slice(0, 19) + 'Z');
  }
  show($('#no-projects'), s.counts.projects === 0);
  each($('#projects'), s.projects, (p) => p.id, makeProject, updateProject);
  const more = s.counts.projects - s.projects.length;
  show($('#more-projects'), more > 0);
  put($('#more-projects'), `The first ${s.projects.length} of ${count(s.counts.projects, 'project')}.`);
}

function drawRequests(state, log) {
  figure('requests', log.matching, state.inFlight > 0 ? `${state.inFlight.toLocaleString('en')} in flight` : '');
  show($('#no-requests'), log.matching === 0);
  show($('#requests'), log.matching > 0);
  each($('#requests tbody'), log.requests.toReversed(), (r) => r.id, makeRequest, () => {});
}

function drawFaults({ faults }) {
  const left = faults.filter((f) => !f.spent).length;
  figure('faults', faults.length, faults.length ? `${left} active` : '');
  show($('#no-faults'), faults.length === 0);
  each($('#faults'), faults, (f) => f.id, makeFault, updateFault);
}

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

const words = { live: 'live', lost: 'connection lost, retrying', paused: 'paused', connecting: 'connecting' };

function say(is) {
  put($('#link'), words[is]);
  mark($('#link'), 'data-is', is);
  mark(document.body, 'data-is', is);
  document.title = is === 'lost' ? 'packetsim: connection lost' : 'packetsim';
}

let paused = false;
let timer;

async function look() {
  clearTimeout(timer);
  let looks;
  try {
    looks = await Promise.all([
      ask(`api/state?projects=${limits.projects}&devices=${limits.devices}`), ask(`api/requests?limit=${limits.requests}`), ask('api/faults'),
    ]);
  } catch {
    looks = null;
  }
  if (paused) return;
  say(looks ? 'live' : 'lost');
  if (looks) {
    const [state, log, faults] = looks;
    drawState(state);
    drawRequests(state, log);
    drawFaults(faults);
  }
  plan();
}

// plan has the page look again, unless nobody looks at it.
function plan() {
  clearTimeout(timer);
  if (!paused && !document.hidden) timer = setTimeout(look, every);
}

$('#pause').addEventListener('click', () => {
  paused = !paused;
  mark($('#pause'), 'aria-pressed', paused);
  put($('#pause'), paused ? 'Resume' : 'Pause');
  if (paused) {
    clearTimeout(timer);
    say('paused');
  } else {
    say('connecting');
    look();
  }
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !paused) look();
});
look();
