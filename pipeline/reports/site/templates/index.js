"use strict";
// Search and map. Without this script the list and the first map are there.
(() => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($("gegevens").textContent);
  const regions = data.regions;
  const byCode = new Map(regions.map(region => [region.code, region]));
  const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, text, attributes = {}) => Object.assign(document.createElement(tag), { textContent: text }, attributes);
  // "'s-Gravenhage" and "Súdwest-Fryslân" are found as "s gravenhage" and "sudwest fryslan"
  const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();

  // --- search: exact names first, then beginnings, beginnings of words, and what lies within ---

  const keys = regions.map(region => ({
    own: [region.name, region.here, region.code, ...region.also].map(fold),
    was: region.was.map(([name, code]) => [name, fold(name), fold(code)]),
  }));
  const rank = (name, wanted) => name === wanted ? 0 : name.startsWith(wanted) ? 1
    : ` ${name}`.includes(` ${wanted}`) ? 2 : name.includes(wanted) ? 5 : 9;

  function match(region, place, wanted) {
    let best = { rank: Math.min(...keys[place].own.map(name => rank(name, wanted))), note: "" };
    for (const [old, name, code] of keys[place].was) {
      const found = (wanted === code ? 0 : rank(name, wanted)) + 0.5;
      if (found < best.rank) best = { rank: found, note: say("now_part_of", { old, name: region.name }) };
    }
    for (const member of region.in) {
      const found = Math.min(...keys[member].own.map(name => rank(name, wanted))) + 3;
      if (found < best.rank) best = { rank: found, note: say("holds", { name: regions[member].name }) };
    }
    return { region, place, ...best };
  }

  const target = region => region.to || (region.see.length ? regions[region.see[0]].to : "");

  function notes(region, note) {
    const missing = region.to ? "" : region.see.length
      ? `${say("no_report")}, ${say("see", { name: regions[region.see[0]].here })}` : say("no_report");
    return [data.kinds[region.kind], note, missing].filter(Boolean).join("; ");
  }

  function search() {
    const wanted = fold($("zoek").value);
    const found = !wanted ? [] : regions.map((region, place) => match(region, place, wanted))
      .filter(hit => hit.rank < 9).sort((a, b) => a.rank - b.rank || a.place - b.place);
    $("aantal").textContent = !wanted ? "" : found.length ? say("found", { count: found.length }) : say("found_none");
    $("gevonden").replaceChildren(...found.slice(0, 10).map(({ region, note }) => {
      const item = document.createElement("li");
      const link = make(target(region) ? "a" : "p", region.here);
      if (target(region)) link.href = target(region);
      link.append(make("span", notes(region, note)));
      item.append(link);
      return item;
    }));
  }

  $("zoeken").hidden = false;
  $("zoek").addEventListener("input", search);
  $("zoeken").addEventListener("submit", event => {
    event.preventDefault();
    search();
    const first = $("gevonden").querySelector("a");
    if (first) location.href = first.href;
  });
  if (!$("kaartvlak")) return;

  // --- map ---

  const surface = $("kaartvlak"), card = $("kaartje");
  const shown = { code: null };
  const layer = () => surface.querySelector(`[data-level="${$("niveau").value}"]`);
  const map = () => data.maps[$("wat").value];

  function words(code) {
    const cell = (map().values[code] || [])[map().years.indexOf(Number($("jaar").value))] || [null, "missing"];
    const form = new Intl.NumberFormat(document.documentElement.lang === "nl" ? "nl-NL" : "en-GB",
      { minimumFractionDigits: map().decimals, maximumFractionDigits: map().decimals });
    const value = cell[0] === null ? data.statuses[cell[1]] : `${form.format(cell[0])} (${data.statuses[cell[1]]})`;
    return { value, number: cell[0] };
  }

  function draw() {
    const year = $("jaar").value, kind = $("niveau").value;
    const classes = (map().classes[kind] || {})[year] || { limits: [], words: [], finding: "" };
    const step = 4 / Math.max(classes.words.length - 1, 1);
    for (const group of surface.querySelectorAll("[data-level]")) group.toggleAttribute("hidden", group !== layer());
    for (const path of layer().children) {
      const value = words(path.dataset.code).number;
      const place = classes.limits.filter(limit => limit <= value).length;
      path.setAttribute("class", value === null || !classes.words.length ? "kx" : `k${Math.round(place * step)}`);
    }
    $("titel").textContent = `${map().title}, ${year}`;
    $("vondst").textContent = classes.finding;
    surface.querySelector("svg").setAttribute("aria-label", `${map().title}, ${year}. ${classes.finding}`);
    const item = (shade, text) => {
      const line = make("li", text);
      line.prepend(make("span", "", { className: `swatch k${shade}` }));
      return line;
    };
    $("legenda").replaceChildren(...classes.words.map((text, place) => item(Math.round(place * step), text)),
      item("x", data.statuses.missing));
    $("bron").textContent = say("sources", { sources: map().sources.join(", "), vintage: data.vintage });
    close();
  }

  const path = code => layer().querySelector(`[data-code="${CSS.escape(code)}"]`);

  function point(code) {
    surface.querySelectorAll(".on").forEach(node => node.classList.remove("on"));
    shown.code = code;
    path(code).classList.add("on");
    if (path(code).nextSibling) path(code).parentNode.append(path(code)); // its edge lies over that of its neighbours
    $("nu").textContent = `${byCode.get(code).name}: ${words(code).value}`;
  }

  function close() {
    card.hidden = true;
  }

  function show(code) {
    const region = byCode.get(code);
    point(code);
    const link = (href, text) => make("a", text, { href });
    const title = document.createElement("p");
    title.append(make("b", region.here), words(code).value);
    const shut = make("button", "×", { type: "button", onclick: () => { close(); surface.focus(); } });
    shut.setAttribute("aria-label", say("close"));
    card.replaceChildren(title);
    if (!region.to) card.append(make("p", notes(region, "")));
    if (target(region)) card.append(link(target(region), region.to ? say("open_report") : say("moved", { here: regions[region.see[0]].here })));
    card.append(link(`${data.compare}#wat=${$("wat").value}&wie=${code}`, say("compare_with")), shut);
    card.hidden = false;
    const around = surface.getBoundingClientRect(), box = path(code).getBoundingClientRect();
    const left = Math.max(0, Math.min(box.left + box.width / 2 - around.left, around.width - card.offsetWidth));
    const below = box.bottom - around.top + 6;
    card.style.left = `${left}px`;
    card.style.top = `${below + card.offsetHeight < around.height ? below : Math.max(0, box.top - around.top - card.offsetHeight - 6)}px`;
  }

  const centre = node => { const box = node.getBBox(); return [box.x + box.width / 2, box.y + box.height / 2]; };

  function step(dx, dy) {
    if (!shown.code || !path(shown.code)) return point(layer().firstElementChild.dataset.code);
    const [x, y] = centre(path(shown.code));
    const ahead = [...layer().children].map(node => {
      const [ox, oy] = centre(node);
      const along = (ox - x) * dx + (oy - y) * dy, aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      return { node, along, far: along + 2 * aside };
    }).filter(other => other.along > 1).sort((a, b) => a.far - b.far)[0];
    if (ahead) point(ahead.node.dataset.code);
  }

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  surface.tabIndex = 0;
  surface.setAttribute("role", "application");
  surface.setAttribute("aria-label", say("map_how"));
  surface.addEventListener("keydown", event => {
    if (event.key === "Escape") { close(); surface.focus(); }
    if (event.target !== surface) return;
    if (arrows[event.key]) { event.preventDefault(); close(); step(...arrows[event.key]); }
    if (event.key === "Enter" && shown.code) { event.preventDefault(); show(shown.code); card.querySelector("a").focus(); }
  });
  surface.addEventListener("focus", () => { if (!shown.code) step(0, 0); });
  surface.addEventListener("click", event => { if (event.target.dataset.code) show(event.target.dataset.code); });
  surface.addEventListener("pointerover", event => { if (event.target.dataset.code && event.target.dataset.code !== shown.code && card.hidden) point(event.target.dataset.code); });
  $("kiezen").hidden = false;
  $("kiezen").addEventListener("change", event => {
    if (event.target === $("wat")) $("jaar").replaceChildren(...[...map().years].reverse().map(year => make("option", year)));
    shown.code = event.target === $("niveau") ? null : shown.code;
    draw();
  });
})();
