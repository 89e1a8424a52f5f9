// Prints what pa11y objects to on the pages that are named, as JSON: {url: [issue, …]}.
const pa11y = require("pa11y");

const options = {
  standard: "WCAG2AA",
  runners: ["axe", "htmlcs"],
  chromeLaunchConfig: { executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] },
};

(async () => {
  const found = {};
  for (const url of process.argv.slice(2)) {
    const run = pa11y.default || pa11y;
    const { issues } = await run(url, options);
    found[url] = issues.map((issue) => `${issue.code}: ${issue.message} ${issue.selector}`);
  }
  console.log(JSON.stringify(found));
})();
