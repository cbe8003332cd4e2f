/** The results of a benchmark as a picture: the least of each row as bars on a logarithmic scale. Pure. */
import { type BenchResults, least } from "./bench-tables.ts";

const colours = ["#1b6ca8", "#4a8fc4", "#6aa9d8", "#9cc8ea", "#8a8a8a", "#c0c0c0", "#d98032", "#e4d9c3"];
const left = 230;
const width = 560;
const barHeight = 11;
const gap = 12;
const top = 44;

/** SVG of its own, readable on light and dark pages. */
export function benchChart({ contenders, samples }: BenchResults): string {
  const values = Object.values(samples).flatMap((byName) => Object.values(byName).map(least));
  const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const place = (ms: number): number => ((Math.log10(ms) - low) / (high - low)) * width;
  const parts: string[] = [];
  let y = top;
  for (const [row, byName] of Object.entries(samples)) {
    const measured = contenders.flatMap(({ name }, i) => (byName[name] ? [{ ms: least(byName[name]), colour: colours[i] ?? "#000" }] : []));
    parts.push(text(left - 8, y + (measured.length * barHeight) / 2 + 4, row, "end"));
    for (const { ms, colour } of measured) {
      parts.push(`<rect x="${left}" y="${y}" width="${Math.max(1, place(ms)).toFixed(1)}" height="${barHeight - 1}" fill="${colour}"/>`);
      parts.push(text(left + place(ms) + 4, y + barHeight - 2, ms.toFixed(ms < 10 ? 1 : 0), "start"));
      y += barHeight;
    }
    y += gap;
  }
  const lines = Array.from({ length: high - low + 1 }, (_, i) => {
    const x = left + (i / (high - low)) * width;
    return `<line x1="${x}" y1="${top - 6}" x2="${x}" y2="${y - gap}" stroke="#ddd"/>${text(x, top - 10, `${10 ** (low + i)} ms`, "middle")}`;
  });
  const legend = contenders.map(
    ({ name }, i) =>
      `<rect x="${10 + i * 104}" y="8" width="10" height="10" fill="${colours[i] ?? "#000"}"/>${text(25 + i * 104, 17, name, "start")}`,
  );
  const total = left + width + 60;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${y}" font-family="sans-serif" font-size="11">`;
  return `${[head, `<rect width="${total}" height="${y}" fill="#fff"/>`, ...lines, ...legend, ...parts, "</svg>"].join("\n")}\n`;
}

function text(x: number, y: number, content: string, anchor: "start" | "middle" | "end"): string {
  const escaped = content.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#222">${escaped}</text>`;
}
