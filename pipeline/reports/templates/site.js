"use strict";
// Search in the list, and the map as a second way in. Without this script list, links and first map still work.
(() => {
  const data = JSON.parse(document.getElementById("gegevens").textContent);
  const list = new Intl.ListFormat(document.documentElement.lang);
  const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  // "'s-Gravenhage" and "Súdwest-Fryslân" are found as "s gravenhage" and "sudwest fryslan"
  const fold = text => " " + text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, " ").trim();

  const nameOf = code => data.areas[code][0];
  const membersOf = code => data.members[code] || [code]; // a gemeente is its own only member

  // --- the list ---

  const groups = [...document.querySelectorAll(".group")].map(node => {
    const size = node.querySelector(".size");
    return { node, size, all: size.textContent, wasOpen: node.open };
  });
  const regions = [...document.querySelectorAll(".regions > li")].map(node => {
    const name = node.querySelector(".name").textContent;
    const members = (data.members[node.dataset.code] || []).map(nameOf);
    return {
      node,
      name,
      code: node.dataset.code,
      group: groups.find(group => group.node.contains(node)),
      own: fold(`${name} ${node.dataset.also}`),
      members: members.length > 1 ? members.map(member => [member, fold(member)]) : [],
      shown: true,
      why: null,
    };
  });
  const byCode = new Map(regions.map(region => [region.code, region]));
  const field = document.getElementById("zoek");
  const status = document.getElementById("aantal");
  const allRegions = status ? status.textContent : "";

  function matches(region, wanted) {
    const inside = region.members.filter(([, folded]) => folded.includes(wanted)).map(([name]) => name);
    return { own: region.own.includes(wanted), inside };
  }

  function explain(region, inside) {
    if (!inside.length && !region.why) return;
    if (!region.why) {
      region.why = document.createElement("p");
      region.why.className = "why";
      region.node.querySelector(".top").after(region.why);
    }
    region.why.hidden = !inside.length;
    if (inside.length) region.why.textContent = say("found_inside", { names: list.format(inside.slice(0, 4)) });
  }

  function search(text) {
    let wanted = fold(text);
    const empty = wanted === " ";
    let found = regions.map(region => empty ? { own: true, inside: [] } : matches(region, wanted));
    if (!empty && !found.some(({ own, inside }) => own || inside.length)) {
      wanted = wanted.trim(); // no word begins so: look within words too
      found = regions.map(region => matches(region, wanted));
    }
    const counts = new Map(groups.map(group => [group, 0]));
    let total = 0;
    regions.forEach((region, place) => {
      const { own, inside } = found[place];
      const shown = own || inside.length > 0;
      if (shown !== region.shown) region.node.hidden = !(region.shown = shown);
      explain(region, own ? [] : inside);
      if (shown) { total += 1; counts.set(region.group, counts.get(region.group) + 1); }
    });
    for (const [group, count] of counts) {
      group.node.hidden = count === 0;
      group.node.open = empty ? group.wasOpen : true;
      group.size.textContent = empty ? group.all : count;
    }
    status.textContent = empty ? allRegions
      : total === 0 ? say("found_none")
      : say(total === 1 ? "found_one" : "found_many", { found: total, total: regions.length });
  }

  function goTo(code) {
    const region = byCode.get(code);
    if (!region.shown) { field.value = ""; search(""); }
    region.group.node.open = true;
    location.hash = `r-${code}`;
    region.node.querySelector(".name").focus({ preventScroll: true });
    region.node.scrollIntoView({ block: "center" });
  }

  if (field) {
    field.addEventListener("input", () => search(field.value));
    if (field.value) search(field.value); // kept by the browser on the way back
    document.querySelector(".finder").addEventListener("click", event => {
      const link = event.target.closest("a[href^='#r-']");
      if (link) { event.preventDefault(); goTo(link.hash.slice(3)); }
    });
  }

  // --- the map ---

  const section = document.getElementById("kaart");
  const info = document.getElementById("kaart-info");
  const hint = info.textContent;
  const layers = [...section.querySelectorAll(".layer")].map(svg => ({
    svg,
    outline: svg.querySelector(".outline"),
    shapes: new Map([...svg.querySelectorAll("[data-code]")].map(node => [
      node.dataset.code, { node, path: node.matches("path") ? node : node.querySelector("path") },
    ])),
    links: [...svg.querySelectorAll("a")],
  }));
  let layer = layers[0];
  let pinned = false;

  const titleOf = code => layer.shapes.get(code).node.querySelector("title").textContent;

  // A region of the list that is no shape of this level is shown by its gemeenten, where those are drawn.
  function outline(code) {
    const codes = layer.shapes.has(code) ? [code] : membersOf(code);
    const paths = codes.map(one => layer.shapes.get(one)).filter(Boolean).map(shape => shape.path);
    layer.outline.setAttribute("d", paths.map(path => path.getAttribute("d")).join(""));
  }

  function around(code) {
    return regions.filter(region => membersOf(code).every(member => membersOf(region.code).includes(member)));
  }

  function tell(code) {
    info.textContent = titleOf(code) + ".";
    if (byCode.has(code)) return;
    info.append(" ", say("map_no_report"));
    const holding = around(code);
    if (!holding.length) return;
    info.append(" ", say("map_within"), " ");
    holding.forEach((region, place) => {
      const link = document.createElement("a");
      link.href = `#r-${region.code}`;
      link.textContent = region.name;
      info.append(place ? ", " : "", link);
    });
    info.append(".");
  }

  function point(code) {
    outline(code);
    tell(code);
    for (const region of regions) region.node.classList.toggle("on", region.code === code);
  }

  function leave() {
    if (pinned) return;
    layer.outline.setAttribute("d", "");
    info.textContent = hint;
    for (const region of regions) region.node.classList.remove("on");
  }

  // One stop for the Tab key; arrow keys go to the nearest report in that direction.
  function makeStop(link) {
    for (const other of layer.links) other.setAttribute("tabindex", other === link ? "0" : "-1");
  }

  const middle = node => {
    const box = node.getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  function next(link, key) {
    const [x, y] = middle(link);
    const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    const sideways = key === "ArrowRight" || key === "ArrowLeft";
    let best = null, least = Infinity;
    for (const other of layer.links) {
      if (other === link) continue;
      const [ox, oy] = middle(other);
      const ahead = sign * (sideways ? ox - x : oy - y), aside = Math.abs(sideways ? oy - y : ox - x);
      if (ahead > 0 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = other; }
    }
    return best;
  }

  function choose(key) {
    pinned = false;
    leave();
    for (const other of layers) other.svg.toggleAttribute("hidden", other.svg.id !== `laag-${key}`);
    layer = layers.find(other => other.svg.id === `laag-${key}`);
    document.getElementById("kaart-kop").textContent = layer.svg.dataset.finding;
    document.getElementById("kaart-eenheid").textContent = layer.svg.dataset.unit;
    section.querySelector(".legend .marked").hidden = !layer.svg.classList.contains("marked");
    fillTable();
  }

  const table = section.querySelector(".table");
  const cell = (row, tag, text, scope) => {
    const made = row.appendChild(document.createElement(tag));
    made.textContent = text;
    if (scope) made.scope = scope;
  };

  function fillTable() {
    const place = table.querySelector(".scroll");
    place.textContent = "";
    if (!table.open) return;
    const made = place.appendChild(document.createElement("table"));
    made.createCaption().textContent = layer.svg.dataset.unit;
    const head = made.createTHead().insertRow();
    for (const key of ["column_area", "column_value", "column_evidence"]) cell(head, "th", say(key), "col");
    const body = made.createTBody();
    const rows = [...layer.shapes.keys()].map(code => data.areas[code]);
    rows.sort(([a], [b]) => a.localeCompare(b, document.documentElement.lang));
    for (const [name, value, mark] of rows) {
      const row = body.insertRow();
      cell(row, "th", name, "row");
      cell(row, "td", value);
      cell(row, "td", mark);
    }
  }

  for (const { svg, links } of layers) {
    if (!links.length) continue;
    svg.setAttribute("role", "group"); // it holds links now; as an image it would hide them
    svg.setAttribute("aria-label", `${data.words.map_group}. ${svg.getAttribute("aria-label")}`);
    links[0].setAttribute("tabindex", "0");
  }
  // on the element around the drawings: a drawing that listens to focus would itself become a stop
  const drawings = section.querySelector(".layers");
  drawings.addEventListener("mouseover", event => {
    const shape = event.target.closest("[data-code]");
    if (shape && !pinned) point(shape.dataset.code);
  });
  drawings.addEventListener("mouseleave", leave);
  drawings.addEventListener("focusin", event => {
    const link = event.target.closest("a");
    if (link) { pinned = false; makeStop(link); point(link.dataset.code); }
  });
  drawings.addEventListener("focusout", leave);
  drawings.addEventListener("keydown", event => {
    const link = event.target.closest("a");
    if (!link || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const other = next(link, event.key);
    if (other) other.focus();
  });
  drawings.addEventListener("click", event => {
    const shape = event.target.closest("[data-code]");
    pinned = false;
    if (!shape) return leave();
    event.preventDefault();
    point(shape.dataset.code);
    if (byCode.has(shape.dataset.code)) goTo(shape.dataset.code);
    else pinned = true; // its links must stay within reach of the mouse
  });
  info.addEventListener("click", event => {
    const link = event.target.closest("a");
    if (link) { event.preventDefault(); goTo(link.hash.slice(3)); }
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && pinned) { pinned = false; leave(); }
  });
  for (const region of regions) {
    for (const type of ["mouseenter", "focusin"]) region.node.addEventListener(type, () => { if (!pinned) outline(region.code); });
    for (const type of ["mouseleave", "focusout"]) region.node.addEventListener(type, () => { if (!pinned) layer.outline.setAttribute("d", ""); });
  }
  for (const radio of section.querySelectorAll("[name=niveau]")) {
    radio.checked = radio.defaultChecked;
    radio.addEventListener("change", () => choose(radio.value));
  }
  table.addEventListener("toggle", fillTable);
  for (const node of [section.querySelector(".levels"), info, table]) node.hidden = false;

  // --- paper ---

  addEventListener("beforeprint", () => { for (const group of groups) group.node.open = true; });
})();
