/** Reads the runner's file format for outputs, state and variables: `name=value` lines and `name<<DELIMITER` blocks. */
export function decodeFileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line === "") continue;
    const [, name = "", delimiter] = /^([^=]*?)<<(.+)$/.exec(line) ?? [];
    if (delimiter === undefined) {
      const equals = line.indexOf("=");
      if (equals < 1) throw new Error(`The runner can't read this line: ${line}`);
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) throw new Error(`The runner finds no end of ${name}: ${delimiter}`);
    values[name] = lines.slice(index + 1, end).join("\n");
    index = end;
  }
  return values;
}

export type Annotation = {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
};

const unescaped = (text: string): string =>
  text.replace(/%(0D|0A|3A|2C|25)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

type Command = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
};

/** The workflow commands (`::name key=value::message`) among the lines a step printed. */
export function commandsIn(stdout: string): readonly Command[] {
  return stdout.split(/\r?\n/).flatMap((line) => {
    const [, name, properties = "", message = ""] = /^::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = properties.split(",").filter((pair) => pair.includes("="));
    const entries = pairs.map((pair) => [
      pair.slice(0, pair.indexOf("=")).trim(),
      unescaped(pair.slice(pair.indexOf("=") + 1)),
    ]);
    return [{ name, properties: Object.fromEntries(entries) as Record<string, string>, message: unescaped(message) }];
  });
}
