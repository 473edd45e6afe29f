/** GitHub drops a step's summary whole when it is longer than 1 MiB; a little room is left for line ends. */
const MAX_BYTES = 1024 * 1024 - 1024;

const CUT = "\n\n_The rest of this summary was too long to show._";

/** The summary, cut at a line's end where it wouldn't fit beside the bytes that were written before. */
export function fittingSummary(markdown: string, writtenBytes: number): string {
  const room = MAX_BYTES - writtenBytes;
  if (Buffer.byteLength(markdown) <= room) return markdown;
  const kept = Buffer.from(markdown).subarray(0, Math.max(0, room - CUT.length));
  const end = kept.lastIndexOf("\n");
  return end <= 0 ? "" : `${kept.subarray(0, end).toString("utf8")}${CUT}`;
}
