import { sizeOfPng } from "../png-size.ts";
import type { Payload } from "./limits.ts";

/** A file of a post as it arrived. */
export type PostedFile = { readonly part: string; readonly name: string; readonly bytes: Buffer };
/** A post's JSON as it was sent, and its files. */
export type Posted = { readonly sent: string; readonly files: readonly PostedFile[] };

/** Pictures are smaller than this, and say what they show. */
const MOST_BYTES = 200_000;

/** What a request's body is, JSON alone or parts with files: https://www.rfc-editor.org/rfc/rfc7578 */
export function postedIn(contentType: string, body: Buffer): Posted {
  const boundary = /^multipart\/form-data; boundary=([\w-]{1,70})$/.exec(contentType)?.[1];
  if (boundary === undefined) return { sent: body.toString(), files: [] };
  const text = body.toString("latin1");
  const [first, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (first !== "" || parts.pop() !== "--\r\n")
    throw new Error("The parts of the post don't begin or end as they must");
  const read = parts.map((part) => {
    const end = part.indexOf("\r\n\r\n");
    const head = part.slice(0, end);
    const name = /; name="([^"]*)"/.exec(head)?.[1] ?? "";
    return {
      name,
      file: /; filename="([^"]*)"/.exec(head)?.[1],
      type: /Content-Type: (.*)/.exec(head)?.[1]?.trim(),
      bytes: Buffer.from(part.slice(end + 4), "latin1"),
    };
  });
  const json = read.find(({ name }) => name === "payload_json");
  if (json?.type !== "application/json") throw new Error("The post has no payload_json");
  const files = read.filter((part) => part !== json);
  for (const { type, name } of files) if (type !== "image/png") throw new Error(`${name} is no image/png`);
  return {
    sent: json.bytes.toString(),
    files: files.map(({ name, file = "", bytes }) => ({ part: name, name: file, bytes })),
  };
}

/** What is wrong with the files of a post: each is shown by one embed, is described, and is a PNG that isn't large. */
export function fileFaults(
  { attachments = [], embeds = [] }: Payload,
  files: readonly PostedFile[],
): readonly string[] {
  const shown = embeds.flatMap(({ image }) => (image === undefined ? [] : [image.url]));
  const wanted = attachments.map(({ filename }) => `attachment://${filename}`);
  return [
    ...(JSON.stringify(shown) === JSON.stringify(wanted) ? [] : [`embeds show ${shown}, attached are ${wanted}`]),
    ...(attachments.length === files.length ? [] : [`${attachments.length} attachments of ${files.length} files`]),
    ...(new Set(wanted).size === wanted.length ? [] : ["two files have one name"]),
    ...attachments.flatMap(({ id, filename, description = "" }, index) => {
      const file = files[index];
      const isThis = file?.part === `files[${id}]` && file.name === filename && id === String(index);
      return [
        ...(isThis ? [] : [`attachment ${id} isn't ${file?.part} ${file?.name}`]),
        ...(description.length > 20 && description.length <= 1024 ? [] : [`attachment ${id} isn't described`]),
      ];
    }),
    ...files.flatMap(({ name, bytes }) => {
      const { width, height } = sizeOfPng(bytes);
      return bytes.length < MOST_BYTES && width > 300 && height > 100
        ? []
        : [`${name} has ${bytes.length} bytes, ${width} × ${height}`];
    }),
  ];
}
