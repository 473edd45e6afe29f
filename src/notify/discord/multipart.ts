/** A file of a post: a PNG by its name. */
export type PostFile = { readonly name: string; readonly png: Uint8Array };

/** A post with files as Discord takes it: https://discord.com/developers/docs/reference#uploading-files */
export function multipartOf(
  json: string,
  files: readonly PostFile[],
): { readonly contentType: string; readonly body: Uint8Array<ArrayBuffer> } {
  const parts = [
    { head: `name="payload_json"\r\nContent-Type: application/json`, content: Buffer.from(json) },
    ...files.map(({ name, png }, index) => ({
      head: `name="files[${index}]"; filename="${name}"\r\nContent-Type: image/png`,
      content: Buffer.from(png),
    })),
  ];
  const boundary = boundaryFor(parts.map(({ content }) => content));
  const lines = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ]);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...lines, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** A line that none of the contents has. */
function boundaryFor(contents: readonly Buffer[], boundary = "token-budget-part"): string {
  return contents.some((content) => content.includes(boundary)) ? boundaryFor(contents, `${boundary}-x`) : boundary;
}
