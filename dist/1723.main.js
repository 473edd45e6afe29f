export * from "./1723.js";
