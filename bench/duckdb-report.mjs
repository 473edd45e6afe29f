// Does in DuckDB what the benchmark of reports asks of the program: the cost and the tokens of each model and team in
// some months, as JSON. node bench/duckdb-report.mjs <output> <first month> <last month>, in the folder of the books
import { DuckDBInstance } from "@duckdb/node-api";

const [output, first, last] = process.argv.slice(2);

const LEDGER = `read_json('token_budget/ledger/*/*.ndjson', format = 'newline_delimited', columns = {
  month: 'VARCHAR', kind: 'VARCHAR', cost: 'DECIMAL(18, 9)', further: 'BOOLEAN', tags: 'MAP(VARCHAR, VARCHAR)',
  usage: 'STRUCT(model VARCHAR, input BIGINT, cache_read BIGINT, output BIGINT, cost DECIMAL(18, 9))[]'
})`;

const connection = await (await DuckDBInstance.create(":memory:")).connect();
await connection.run(`COPY (
  SELECT line.model AS model, tags['team'] AS team, sum(line.cost) AS cost, sum(line.input) AS input,
    sum(line.cache_read) AS cache_read, sum(line.output) AS output,
    count(*) FILTER (kind = 'charge' AND further IS NULL) AS executions
  FROM ${LEDGER}, unnest(usage) AS lines(line)
  WHERE month BETWEEN '${first}' AND '${last}'
  GROUP BY ALL
  ORDER BY cost DESC
) TO '${output}' (FORMAT json, ARRAY true)`);
