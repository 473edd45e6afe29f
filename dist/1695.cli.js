export * from "./1695.js";
