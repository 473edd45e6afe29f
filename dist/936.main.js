export * from "./936.js";
