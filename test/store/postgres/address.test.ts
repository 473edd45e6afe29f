import { describe, expect, it } from "vitest";
import { parseAddress, secretsOf } from "../../../src/store/postgres/address.ts";
import { failureOf } from "../../../src/store/postgres/failures.ts";

const PASSWORD = "s3cret-passw0rd";
const on = (rest: string) => `postgresql://writer:${PASSWORD}@${rest}`;

describe("the URL of a database", () => {
  it("names everything that a connection needs", () => {
    expect(parseAddress("postgres://us%40er:p%2Fw%23%25@db.example.com:6543/money")).toEqual({
      ...{ host: "db.example.com", port: 6543, isSocket: false, isTls: true },
      ...{ user: "us@er", password: "p/w#%", database: "money" },
    });
    expect(parseAddress("postgresql://writer@localhost")).toMatchObject({
      port: 5432,
      database: "writer",
      password: "",
    });
    expect(parseAddress("postgresql://w@/money?host=/var/run/postgresql")).toMatchObject({
      ...{ host: "/var/run/postgresql/.s.PGSQL.5432", isSocket: true, isTls: false, database: "money" },
    });
    expect(parseAddress(on("[::1]:5433/x"))).toMatchObject({ host: "::1", port: 5433, isTls: false });
  });

  it.each([
    ["db.example.com/x", true],
    ["db.example.com/x?sslmode=require", true],
    ["db.example.com/x?sslmode=verify-ca", true],
    ["db.example.com/x?sslmode=verify-full&channel_binding=require&sslrootcert=system", true],
    ["10.0.0.7/x", true],
    ["localhost.example.com/x", true],
    ["127.0.0.1.example.com/x", true],
    ["127.0.0.1/x", false],
    ["127.1.2.3/x", false],
    ["localhost/x", false],
    ["localhost/x?sslmode=disable", false],
    ["localhost/x?sslmode=require", true],
    ["localhost/x?sslmode=verify-full", true],
  ])("%s is encrypted and verified: %s", (rest, isTls) => {
    expect(parseAddress(on(rest)).isTls).toBe(isTls);
  });

  it.each([
    [on("db.example.com/x?sslmode=disable"), /leave sslmode out/],
    [on("db.example.com/x?sslmode=prefer"), /leave sslmode out/],
    [on("db.example.com/x?sslmode=allow"), /leave sslmode out/],
    [on("10.0.0.7/x?sslmode=disable"), /leave sslmode out/],
    [on("db.example.com/x?sslmode=no-verify"), /isn't one of/],
    [on("db.example.com/x?ssl=false"), /it has ssl, which isn't known/],
    [on("db.example.com/x?options=-c%20a"), /isn't known/],
    [on("db.example.com/x?sslrootcert=/etc/ca.pem"), /database-ca/],
    [on("a.example.com,b.example.com/x"), /several hosts/],
    [on("db.example.com/x?host=other.example.com"), /Unix socket/],
    ["postgresql://db.example.com/x", /names no user/],
    ["postgresql://writer@/x", /names no host/],
    [`postgresql://writer:${PASSWORD}#x@db.example.com/x`, /./],
    ["postgresql://writer:100%@db.example.com/x", /%25/],
    [`mysql://root:${PASSWORD}@db.example.com/x`, /write postgresql/],
    [`host=db.example.com password=${PASSWORD}`, /write postgresql/],
    ["", /write postgresql/],
  ])("%s is refused without being shown", (url, why) => {
    const refuse = () => parseAddress(url);
    expect(refuse).toThrow(why);
    expect(refuse).toThrow(expect.objectContaining({ code: "bad-input" }));
    expect(refuse).not.toThrow(PASSWORD);
    expect(refuse).not.toThrow("example.com");
  });

  it("has the URL, the password as it is and as it is written, and the host as secrets", () => {
    const url = "postgresql://writer:p%40ss-w0rd@db.example.com/x";
    expect(secretsOf(` ${url}\n`)).toEqual([url, "p@ss-w0rd", "p%40ss-w0rd", "db.example.com"]);
    expect(secretsOf(`mysql://root:${PASSWORD}@h/x`)).toContain(PASSWORD);
    expect(secretsOf(on("localhost/x"))).not.toContain("localhost");
  });
});

describe("an error of the database", () => {
  const failed = (code: string) =>
    failureOf(Object.assign(new Error(`password authentication failed for "writer" ${PASSWORD}`), { code }));

  it.each(["40001", "40P01", "57P01", "57P02", "57P03", "57014", "25P03", "ECONNRESET", "ECONNREFUSED", "08006", ""])(
    "%s is tried again",
    (code) => {
      expect(failed(code)).toMatchObject({ name: "StoreFault", isContended: false });
    },
  );

  it.each(["55P03", "53300"])("%s is waited out like a lost race", (code) => {
    expect(failed(code)).toMatchObject({ name: "StoreFault", isContended: true });
  });

  it.each([
    ["28P01", "missing-permission"],
    ["42501", "missing-permission"],
    ["3D000", "state-unreachable"],
    ["42P01", "state-unreadable"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "state-unreachable"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "state-unreachable"],
  ])("%s lasts: %s", (code, meant) => {
    expect(failed(code)).toMatchObject({ name: "BudgetError", code: meant });
  });

  it("is told in our own words", () => {
    for (const code of ["28P01", "40001", "55P03", "ENOTFOUND", "XX000", "23505"]) {
      expect(failed(code).message).not.toContain(PASSWORD);
    }
  });
});
