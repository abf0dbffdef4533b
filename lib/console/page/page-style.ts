/** How the page looks: light or dark as the system is, one colour for what is alive, others for trouble only. */
export const PAGE_STYLE = `
:root {
  --ground: #f4f6f8; --card: #ffffff; --line: #dbe1e8; --ink: #17202b; --muted: #55616f;
  --accent: #1d5fd1; --accent-soft: #dce8fb; --accent-mid: #b3cdf6;
  --warning: #8a5200; --warning-soft: #fbeed6; --bad: #b3261e; --bad-soft: #fbe3e1; --idle-soft: #e9edf1;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f141a; --card: #171e26; --line: #2b3541; --ink: #e7ecf2; --muted: #9daab8;
    --accent: #74a9ff; --accent-soft: #1d2f4d; --accent-mid: #2d4f86;
    --warning: #f0b35a; --warning-soft: #3a2c13; --bad: #ff8f86; --bad-soft: #43201e; --idle-soft: #242d37;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1180px; padding: 20px 24px 32px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 20px; font-weight: 650; letter-spacing: -0.01em; }
h2 { font-size: 18px; font-weight: 650; overflow-wrap: anywhere; }
h3 { font-size: 13px; font-weight: 600; color: var(--muted); }
ul, ol { list-style: none; }
.muted { color: var(--muted); font-size: 13px; }
.mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.92em; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
main:focus { outline: none; }
.skip { position: absolute; left: -999px; top: 8px; padding: 8px 12px; background: var(--card); color: var(--accent); z-index: 1; }
.skip:focus { left: 8px; }

.top { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; justify-content: space-between; margin-bottom: 16px; }
.top > div:first-child { min-width: 0; }
#process { overflow-wrap: anywhere; }
.live { display: flex; gap: 12px; align-items: center; }
#connection { display: flex; align-items: center; gap: 8px; font-size: 13px; color: var(--muted); }
#connection::before { content: ""; width: 9px; height: 9px; border-radius: 50%; border: 2px solid currentColor; }
#connection[data-state="live"] { color: var(--accent); }
#connection[data-state="live"]::before { background: currentColor; }
#connection[data-state="lost"] { color: var(--bad); }
button {
  font: inherit; font-size: 13px; min-width: 84px; min-height: 32px; padding: 4px 12px; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--line); background: var(--card); color: var(--ink);
}
button:hover, nav a:hover { border-color: var(--accent); }
button[aria-pressed="true"] { border-color: var(--accent); color: var(--accent); }
body[data-connection="lost"] main { opacity: 0.55; }

nav ul { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 16px; }
nav a {
  display: flex; align-items: center; gap: 8px; min-height: 32px; padding: 4px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--card); color: var(--ink); text-decoration: none; font-size: 14px; overflow-wrap: anywhere;
}

.client { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px 24px 24px; margin-bottom: 20px; scroll-margin-top: 12px; }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; }
.status { display: inline-flex; align-items: center; gap: 7px; padding: 3px 12px 3px 9px; border-radius: 999px; font-size: 14px; font-weight: 600; }
.meaning { width: 100%; color: var(--muted); }
.good { color: var(--accent); background: var(--accent-soft); }
.busy { color: var(--accent); background: var(--accent-soft); }
.idle { color: var(--muted); background: var(--idle-soft); }
.warning { color: var(--warning); background: var(--warning-soft); }
.bad { color: var(--bad); background: var(--bad-soft); }
nav svg { background: none; flex: none; }

.figures { display: flex; flex-wrap: wrap; gap: 14px 28px; margin: 16px 0 20px; padding: 14px 0; border-block: 1px solid var(--line); }
.figures > div { flex: 1 1 112px; min-width: 0; }
.figures > div:first-child { flex: 1.7 1 200px; }
.figures dt { font-size: 13px; color: var(--muted); }
.figures dd { font-size: 15px; overflow-wrap: anywhere; }
.figures dd.muted { font-size: 13px; }
.figures > div:first-child dd:nth-child(2) { font-size: 25px; font-weight: 650; line-height: 1.25; letter-spacing: -0.01em; }
.figures:empty { display: none; }

svg { display: block; overflow: visible; }
.life svg { margin-top: 4px; }
.ends { display: flex; justify-content: space-between; gap: 12px; font-size: 12px; }
.life .ends { display: grid; align-items: start; }
.life .ends span:nth-child(n + 2) { text-align: right; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin-top: 8px; font-size: 12px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.track { fill: var(--idle-soft); }
.renewal { fill: var(--accent-mid); }
.young { fill: var(--accent-soft); }
.lived { fill: var(--accent); }
.held { stroke: var(--warning); stroke-width: 1; }
.stripe { stroke: var(--warning); stroke-width: 2.5; }
.axis { stroke: var(--line); stroke-width: 1; }
.now line { stroke: var(--ink); stroke-width: 2; }
.now text { fill: var(--ink); font-size: 12px; font-weight: 600; }
.ring { fill: none; stroke: var(--accent); stroke-width: 2.5; }
.dot { fill: var(--card); stroke: var(--ink); stroke-width: 2; }
.mark-token { fill: var(--accent); stroke: var(--card); stroke-width: 1.5; }
.mark-failure { fill: var(--bad); stroke: var(--card); stroke-width: 1.5; }
.mark-unauthorized, .mark-hold { fill: var(--warning); stroke: var(--card); stroke-width: 1.5; }
.requests { fill: var(--accent); }
.failures { fill: var(--bad); }

.columns { display: grid; grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr); gap: 24px 40px; margin-top: 24px; }
.hour svg { margin-top: 8px; }
.sum { margin-top: 4px; }
.origins li { padding: 7px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.origins li:last-child { border-bottom: 0; }
.tenants li { display: grid; grid-template-columns: 92px 260px minmax(0, 1fr); gap: 2px 12px; padding: 7px 0; border-bottom: 1px solid var(--line); }
.tenants span { overflow-wrap: anywhere; }
.tenants .state { display: flex; gap: 7px; align-items: center; align-self: start; }
.tenants .state svg { background: none; flex: none; }
.decisions { margin-top: 24px; }
.decisions li { display: grid; grid-template-columns: 16px 96px minmax(0, 1fr); gap: 2px 10px; padding: 7px 0; border-bottom: 1px solid var(--line); }
.decisions li > svg { margin-top: 3px; }
.decisions time { color: var(--muted); font-size: 13px; line-height: 1.7; }
.decisions span { overflow-wrap: anywhere; }
.times { color: var(--muted); white-space: nowrap; }
summary { padding: 8px 0; color: var(--accent); cursor: pointer; width: fit-content; }
footer { padding: 4px 2px; }

@media (prefers-reduced-motion: no-preference) {
  .ring { animation: ring 1.4s ease-out infinite; }
  @keyframes ring { from { r: 5px; opacity: 1; } to { r: 15px; opacity: 0; } }
}
@media (max-width: 720px) {
  body { padding: 14px 12px 24px; }
  .client { padding: 16px 14px 18px; border-radius: 12px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  .figures { gap: 12px 14px; }
  .figures > div { flex: 1 1 40%; }
  .figures > div:first-child { flex: 1 1 100%; }
  .life .ends { grid-template-columns: 1fr 1.2fr 1fr !important; }
  .life .ends span:nth-child(2) { text-align: center; }
  .tenants li { grid-template-columns: 92px minmax(0, 1fr); }
  .tenants li > span:last-child { grid-column: 1 / -1; }
  .decisions li { grid-template-columns: 16px minmax(0, 1fr); }
  .decisions li > span { grid-column: 2; }
}
@media (forced-colors: active) {
  .lived, .renewal, .requests, .failures { forced-color-adjust: none; }
}
`;
