export * from "./3048.js";
