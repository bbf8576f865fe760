// Draws bars as SVG. Must not measure.

const WIDTH = 760;
const LABEL = 190;
const ROW = 20;

/** Bars grouped by title; each is a ratio to its group's floor. Long bars are cut, with their number beside them. */
export function plot(bars) {
  const most = 6;
  const scale = (WIDTH - LABEL - 70) / most;
  const rows = [];
  let y = 10;
  let group;
  for (const bar of bars) {
    if (bar.group !== group) {
      group = bar.group;
      y += 14;
      rows.push(`<text x="0" y="${y + 4}" font-weight="bold">${literal(group)}</text>`);
      y += ROW;
    }
    const width = Math.max(1, Math.min(bar.ratio, most) * scale);
    const colour = bar.name.startsWith("muslgate") ? "#7c3aed" : "#9ca3af";
    rows.push(`<text x="${LABEL - 8}" y="${y + 4}" text-anchor="end">${literal(bar.name)}</text>`);
    rows.push(
      `<rect x="${LABEL}" y="${y - 8}" width="${width.toFixed(1)}" height="14" rx="2" fill="${colour}"/>`,
    );
    rows.push(`<text x="${LABEL + width + 6}" y="${y + 4}">${bar.ratio.toFixed(2)}</text>`);
    y += ROW;
  }
  const height = y + 10;
  const floor = `<line x1="${LABEL + scale}" y1="10" x2="${LABEL + scale}" y2="${height - 10}" stroke="#374151" stroke-dasharray="3 3"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" fill="#111827"><title>Wall time as a multiple of the floor</title><rect width="100%" height="100%" fill="#ffffff"/>${floor}${rows.join("")}</svg>\n`;
}

function literal(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
