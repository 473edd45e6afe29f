export * from "./344.js";
