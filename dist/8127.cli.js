export * from "./8127.js";
