'use strict';
(() => {
  const root = document.documentElement;
  const memory = {
    get: () => { try { return localStorage.getItem('lab-theme'); } catch { return null; } },
    set: (value) => { try { localStorage.setItem('lab-theme', value); } catch { /* storage is blocked: the choice lasts as long as the page */ } },
  };

  const saved = memory.get();
  if (saved === 'light' || saved === 'dark') root.dataset.theme = saved;
  const isDark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const button = document.getElementById('theme');
  const label = () => { button.textContent = isDark() ? 'Light' : 'Dark'; button.setAttribute('aria-label', `Switch to the ${isDark() ? 'light' : 'dark'} theme`); };
  button.hidden = false;
  label();
  button.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; memory.set(root.dataset.theme); label(); });

  // A link to something inside a folded part opens that part.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();

  // One crosshair for all charts: where the pointer is on one, every chart says its values there.
  const block = document.getElementById('chart-data');
  const charts = block ? JSON.parse(block.textContent) : { spanSeconds: 0, panels: [] };
  const three = (value) => String(Number(value.toPrecision(3)));
  const shown = (value, unit) => {
    if (unit === 'seconds') return value !== 0 && Math.abs(value) < 1 ? `${three(value * 1000)} ms` : `${three(value)} s`;
    if (unit === 'ratio') return `${three(value * 100)} %`;
    if (unit === 'bytes') return `${three(value / 2 ** 20)} MiB`;
    return unit === 'per-second' ? `${three(value)}/s` : three(value);
  };
  const valueAt = (points, second) => {
    let low = 0, high = points.length - 1;
    while (low < high) { const half = (low + high + 1) >> 1; if (points[half][0] <= second) low = half; else high = half - 1; }
    const point = points[low];
    return !point || point[0] > second ? null : point[1];
  };
  const clock = (second) => `${Math.floor(second / 60)}:${String(Math.floor(second % 60)).padStart(2, '0')}`;
  const move = (share) => {
    const second = share * charts.spanSeconds;
    for (const line of document.querySelectorAll('.crosshair')) { line.setAttribute('x1', `${share * 100}%`); line.setAttribute('x2', `${share * 100}%`); line.classList.add('on'); }
    for (const { id, unit, lines } of charts.panels) {
      const values = lines.map(({ name, points }) => [name, valueAt(points, second)]).map(([name, value]) => `${lines.length > 1 ? `${name} ` : ''}${value === null ? 'no sample' : shown(value, unit)}`);
      const readout = document.getElementById(`r-${id}`);
      readout.textContent = `v ${clock(second)}  ${values.join(' · ')}`;
      readout.classList.add('on');
    }
  };
  const rest = () => { for (const element of document.querySelectorAll('.crosshair.on,.readout.on')) element.classList.remove('on'); };
  for (const chart of document.querySelectorAll('svg.series')) {
    chart.addEventListener('pointermove', (event) => { const box = chart.getBoundingClientRect(); move(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))); });
    chart.addEventListener('pointerleave', rest);
  }

  // The index: words narrow the table down, `!word` leaves rows out; the words are kept in the address.
  const filter = document.getElementById('filter');
  if (!filter) return;
  const rows = [...document.querySelectorAll('[data-row]')];
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => (word.startsWith('!') ? word.length === 1 || !text.includes(word.slice(1)) : text.includes(word)));
      if (!row.hidden) count += 1;
    }
    document.getElementById('shown').textContent = `${count} of ${rows.length}`;
    document.getElementById('clear').hidden = words.length === 0;
  };
  document.getElementById('filter-box').hidden = rows.length === 0;
  if (location.hash.startsWith('#q=')) filter.value = decodeURIComponent(location.hash.slice(3));
  filter.addEventListener('input', () => { history.replaceState(null, '', filter.value ? `#q=${encodeURIComponent(filter.value)}` : '#'); apply(); });
  document.getElementById('clear').addEventListener('click', () => { filter.value = ''; filter.dispatchEvent(new Event('input')); filter.focus(); });
  apply();
})();
