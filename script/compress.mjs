// Beside each built text a .gz of it, which WhiteNoise sends to who takes gzip.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const FOLDER = "static/dist";

for (const name of readdirSync(FOLDER, { recursive: true })) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const path = join(FOLDER, name);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
}
