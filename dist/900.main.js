export * from "./900.js";
