/** What the page consists of; the script fills it. */
export const PAGE_BODY = `<body>
<a class="skip" href="#clients">Skip to the clients</a>
<header class="top">
<div>
<h1>Aspose tokens</h1>
<p id="process" class="muted">This process</p>
</div>
<div class="live">
<p id="connection" data-state="connecting">Connecting</p>
<button id="pause" type="button" aria-pressed="false">Pause</button>
</div>
</header>
<nav id="overview" aria-label="Clients" hidden><ul></ul></nav>
<main id="clients" tabindex="-1">
<noscript><p>The console needs JavaScript: it shows what happens while it happens.</p></noscript>
</main>
<footer>
<p class="muted">The page holds no token and no secret. Tokens go by the first eight digits of their SHA-256, as in logs.</p>
</footer>
<p id="announcer" role="status" class="unseen"></p>
<template id="client">
<section class="client">
<div class="head">
<h2></h2>
<p class="status"><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"></svg><span></span></p>
<p class="meaning"></p>
</div>
<dl class="figures"></dl>
<figure class="life">
<figcaption><h3>Life of the token</h3></figcaption>
<svg role="img" width="100%" height="74"></svg>
<p class="ends muted"><span></span><span></span><span></span></p>
<ul class="legend muted" aria-hidden="true"></ul>
</figure>
<section class="tenants" hidden>
<h3>Tenants</h3>
<p class="muted">By the beginning of the SHA-256 of their id, as in logs. Those that fail come first.</p>
<ul></ul>
</section>
<div class="columns">
<figure class="hour">
<figcaption><h3>Token requests of the last hour</h3></figcaption>
<svg width="100%" height="72" aria-hidden="true"></svg>
<p class="ends muted" aria-hidden="true"><span>an hour ago</span><span>now</span></p>
<p class="sum"></p>
</figure>
<section class="origins">
<h3>401s by origin</h3>
<ul></ul>
</section>
</div>
<section class="decisions">
<h3>Decisions</h3>
<ol></ol>
<details hidden><summary>Earlier decisions</summary><ol></ol></details>
</section>
</section>
</template>
</body>`;
