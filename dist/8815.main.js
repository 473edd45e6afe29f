export * from "./8815.js";
