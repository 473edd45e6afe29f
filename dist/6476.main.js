export * from "./6476.js";
