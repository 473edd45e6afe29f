export * from "./182.js";
