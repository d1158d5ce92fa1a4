"use strict";
// Two to six regions on one indicator, as chart (uPlot) and table; the address after # holds the choice.
(() => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($("gegevens").textContent);
  const MOST = 6, COLORS = ["#1d5a8c", "#a8480f", "#1b2730", "#0f766e", "#7a3e9d", "#6b7781"];
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]];
  const locale = document.documentElement.lang === "nl" ? "nl-NL" : "en-GB";
  const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const list = names => new Intl.ListFormat(locale).format(names);
  const make = (tag, text, attributes = {}) => Object.assign(document.createElement(tag), { textContent: text }, attributes);
  const codeOf = new Map(Object.entries(data.regions).map(([code, [name]]) => [name.toLowerCase(), code]));
  const nameOf = code => data.regions[code][0];
  let chosen = [], chart = null;

  const form = decimals => new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const rowsOf = code => data.indicators[$("wat").value].regions[code] || [];

  function read() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (data.indicators[asked.get("wat")]) $("wat").value = asked.get("wat");
    chosen = [...new Set((asked.get("wie") || "").split(","))].filter(code => data.regions[code]).slice(0, MOST);
  }

  function keep() {
    history.replaceState(null, "", `#wat=${$("wat").value}&wie=${chosen.join(",")}`);
  }

  // --- the chart ---

  // undefined is drawn through: the year is not in this series; null stops the line: a break, or no figure
  function columns() {
    const years = [...new Set(chosen.flatMap(code => rowsOf(code).flatMap(row => row[6] ? [row[0] - 0.5, row[0]] : [row[0]])))]
      .sort((a, b) => a - b);
    return [years, ...chosen.flatMap(code => {
      const rows = new Map(rowsOf(code).map(row => [row[0], row]));
      const column = place => years.map(year => rows.has(year) ? rows.get(year)[place]
        : rows.has(year + 0.5) && rows.get(year + 0.5)[6] ? null : undefined);
      return [column(1), column(2), column(3)];
    })];
  }

  function dots(plot) {
    const estimate = data.estimate, ratio = devicePixelRatio;
    chosen.forEach((code, place) => {
      for (const [year, value, , , , status] of rowsOf(code)) {
        if (value === null) continue;
        plot.ctx.beginPath();
        plot.ctx.arc(plot.valToPos(year, "x", true), plot.valToPos(value, "y", true), 3.5 * ratio, 0, 2 * Math.PI);
        plot.ctx.fillStyle = status === estimate ? "#ffffff" : COLORS[place];
        plot.ctx.strokeStyle = COLORS[place];
        plot.ctx.lineWidth = 1.5 * ratio;
        plot.ctx.fill();
        plot.ctx.stroke();
      }
    });
  }

  function draw(of) {
    const font = "13px Lato, sans-serif", axis = { font, stroke: "#4f5b66", grid: { stroke: "#e3e8ed", width: 1 } };
    const line = (code, place) => [
      { label: nameOf(code), stroke: COLORS[place], width: 2, dash: DASHES[place], points: { show: false } },
      { stroke: "transparent", points: { show: false } },
      { stroke: "transparent", points: { show: false } },
    ];
    if (chart) chart.destroy();
    chart = new uPlot({
      width: $("grafiek").clientWidth,
      height: Math.min(420, Math.max(300, $("grafiek").clientWidth * 0.5)),
      legend: { show: false },
      cursor: { show: false },
      padding: [12, 18, 0, 0],
      scales: { x: { time: false, range: (_, low, high) => [low - 0.3, high + 0.3] } },
      series: [{}, ...chosen.flatMap(line)],
      bands: chosen.map((_, place) => ({ series: [3 * place + 3, 3 * place + 2], fill: `${COLORS[place]}26` })),
      axes: [
        { ...axis, incrs: [1, 2, 5, 10], values: (_, ticks) => ticks.map(String) },
        { ...axis, size: 74, values: (_, ticks) => ticks.map(form(of.decimals).format) },
      ],
      hooks: { draw: [dots] },
    }, columns(), $("grafiek"));
    $("grafiek").setAttribute("aria-label", `${of.title}. ${say("chart_alt", { names: list(chosen.map(nameOf)) })}`);
  }

  // --- the table ---

  function written(row, of) {
    const [, value, low, high, , status] = row;
    // an estimate of thousands is not known to the last one: hundreds, as in the reports
    const rough = status === data.estimate && of.decimals === 0 && value >= 10000 ? 100 : 0;
    const number = shown => form(of.decimals).format(rough ? Math.round(shown / rough) * rough : shown);
    if (value === null) return data.statuses[status];
    const margin = low === null || low === high ? "" : ` (${number(low)}–${number(high)})`;
    return `${number(value)}${margin}`;
  }

  function fill(of) {
    const years = [...new Set(chosen.flatMap(code => rowsOf(code).map(row => row[0])))].sort((a, b) => b - a);
    const levels = [...new Set(chosen.flatMap(code => rowsOf(code).map(row => row[4])))].filter(level => level !== null).sort()
      .map(level => level === 1 ? say("margin_rounding") : say("margin_level", { level: Math.round(100 * level) }));
    const head = make("tr", "");
    head.append(...[say("year"), ...chosen.map(nameOf)].map(text => make("th", text, { scope: "col" })));
    const body = document.createElement("tbody");
    for (const year of years) {
      const line = make("tr", "");
      line.append(make("th", year, { scope: "row" }), ...chosen.map(code => {
        const row = rowsOf(code).find(one => one[0] === year);
        const cell = make("td", row ? written(row, of) : say("no_data"));
        const remarks = row && row[1] !== null ? [data.statuses[row[5]], ...(row[6] ? [say("break_here")] : [])] : [];
        if (remarks.length) cell.append(make("small", remarks.join(", ")));
        return cell;
      }));
      body.append(line);
    }
    const top = document.createElement("thead");
    top.append(head);
    const margins = levels.length ? levels : [say("no_data")];
    $("tabel").replaceChildren(make("caption", say("table_caption", { title: of.title, levels: list(margins) })), top, body);
  }

  // --- the choice ---

  function show(message = "") {
    const of = data.indicators[$("wat").value];
    const silent = chosen.filter(code => !rowsOf(code).some(row => row[1] !== null));
    $("gekozen").replaceChildren(...chosen.map((code, place) => {
      const item = make("li", "");
      item.style.borderLeftColor = COLORS[place];
      const away = make("button", "×", { type: "button" });
      away.setAttribute("aria-label", say("remove", { name: nameOf(code) }));
      away.onclick = () => { chosen = chosen.filter(other => other !== code); keep(); show(); $("erbij").focus(); };
      const name = make(data.regions[code][1] ? "a" : "span", nameOf(code));
      if (data.regions[code][1]) name.href = data.regions[code][1];
      item.append(name, away);
      return item;
    }));
    $("melding").textContent = message || [chosen.length < 2 ? say("too_few") : "",
      silent.length ? say("not_known", { names: list(silent.map(nameOf)) }) : ""].filter(Boolean).join(" ");
    $("uitkomst").hidden = chosen.length < 2;
    if (chosen.length < 2) return;
    $("titel").textContent = of.title;
    $("eenheid").textContent = [`${of.unit}.`, of.not].filter(Boolean).join(" ");
    $("bron").textContent = say("sources", { sources: of.sources.join(", "), vintage: data.vintage });
    draw(of);
    fill(of);
  }

  function add(text) {
    const wanted = text.trim().toLowerCase();
    const near = [...codeOf].find(([name]) => name.startsWith(wanted));
    const code = codeOf.get(wanted) || (data.regions[text.trim()] && text.trim()) || (wanted && near && near[1]);
    if (!code) return show(say("unknown_region", { name: text }));
    if (!chosen.includes(code) && chosen.length >= MOST) return show(say("too_many"));
    if (!chosen.includes(code)) chosen.push(code);
    $("erbij").value = "";
    keep();
    show();
  }

  $("vergelijking").hidden = false;
  $("keuze").addEventListener("submit", event => { event.preventDefault(); add($("erbij").value); });
  $("wat").addEventListener("change", () => { keep(); show(); });
  addEventListener("hashchange", () => { read(); show(); });
  addEventListener("resize", () => { if (chart && !$("uitkomst").hidden) draw(data.indicators[$("wat").value]); });
  read();
  show();
})();
