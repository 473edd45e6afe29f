/** GitHub drops a step's whole summary if it is longer than 1 MiB; this leaves a little room for line ends. */
const MAX_BYTES = 1024 * 1024 - 1024;

const CUT = "\n\n_The rest of this summary was too long to show._";

/** The summary, cut at the end of a line if it doesn't fit after the bytes already written. */
export function fittingSummary(markdown: string, writtenBytes: number): string {
  const room = MAX_BYTES - writtenBytes;
  if (Buffer.byteLength(markdown) <= room) return markdown;
  const kept = Buffer.from(markdown).subarray(0, Math.max(0, room - CUT.length));
  const end = kept.lastIndexOf("\n");
  return end <= 0 ? "" : `${kept.subarray(0, end).toString("utf8")}${CUT}`;
}
