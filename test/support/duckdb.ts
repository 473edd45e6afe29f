/** A value as DuckDB's JSON has it. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

export type DuckDb = {
  /** Why it can't be used; undefined where it can. */
  readonly missing: string | undefined;
  /** The rows of a query. */
  readonly query: (sql: string) => Promise<readonly Readonly<Record<string, Cell>>[]>;
};

/** DuckDB in this process, without a file; it may have no native library for a machine. */
export async function openDuckDb(): Promise<DuckDb> {
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    // What depends on the machine's zone would depend on the machine.
    await connection.run("SET TimeZone = 'UTC'");
    return {
      missing: undefined,
      query: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, Cell>[],
    };
  } catch (error) {
    const missing = `DuckDB has no library for ${process.platform} ${process.arch}: ${String(error).split("\n")[0]}`;
    return { missing, query: () => Promise.reject(new Error(missing)) };
  }
}
