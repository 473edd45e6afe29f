process.argv[2]="post";await import("./main.js"+new URL(import.meta.url).search);
