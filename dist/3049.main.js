export * from "./3049.js";
