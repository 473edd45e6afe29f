export * from "./752.js";
