export * from "./947.js";
