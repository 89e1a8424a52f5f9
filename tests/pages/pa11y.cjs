// Prints what pa11y objects to on the pages that are named, as JSON: {url: [issue, …]}. One browser serves them all.
const loaded = require("pa11y");
const puppeteer = require("puppeteer");

const pa11y = loaded.default || loaded;
const AT_ONCE = 3;
const launch = { executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] };

(async () => {
  const browser = await puppeteer.launch(launch);
  const options = { standard: "WCAG2AA", runners: ["axe", "htmlcs"], browser };
  const waiting = process.argv.slice(2);
  const found = {};
  const look = async () => {
    for (let url = waiting.shift(); url; url = waiting.shift()) {
      const { issues } = await pa11y(url, options);
      found[url] = issues.map((issue) => `${issue.code}: ${issue.message} ${issue.selector}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  await browser.close();
  console.log(JSON.stringify(found));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
