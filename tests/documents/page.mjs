#!/usr/bin/env node
// Judges HTML pages in a real browser: axe-core for accessibility, the page's width on a telephone,
// what it asks for, how it prints; and html-validate for its source.
//
//     page.mjs [--shots DIR] FILE.html...
//
// Exit status: 0 good, 1 findings, 2 wrong usage, 3 tools not installed.
// Needs: apt-get install chromium; npm install playwright-core axe-core html-validate, in the folder
// that the environment variable ATTCHECK_NODE names; in this one if it is not set.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const files = [];
let shots;
const words = process.argv.slice(2);
while (words.length) {
  const word = words.shift();
  if (word === '--shots' && words.length) shots = resolve(words.shift());
  else if (word.startsWith('--')) files.length = words.length = 0;
  else files.push(word);
}
if (!files.length) {
  console.error('usage: page.mjs [--shots DIR] FILE.html...');
  process.exit(2);
}

const folder = resolve(process.env.ATTCHECK_NODE || '.');
const require = createRequire(join(folder, 'any.js'));
const missing = [];
const have = (name) => {
  try { return require(name); } catch { return undefined; }
};
const playwright = have('playwright-core');
const axe = have('axe-core');
const validate = have('html-validate');
if (!playwright) missing.push(`playwright-core in ${folder}`);
if (!axe) missing.push(`axe-core in ${folder}`);
let chromium;
try {
  chromium = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
} catch {
  missing.push('chromium');
}
if (missing.length) {
  console.log(`not installed: ${missing.join(', ')}`);
  process.exit(3);
}
if (!validate) console.log(`passed over: html-validate is not in ${folder}`);

const views = [
  { name: 'desktop', viewport: { width: 1280, height: 900 } },
  { name: '320', viewport: { width: 320, height: 640 } },
  { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'forced-colours', viewport: { width: 1280, height: 900 }, forcedColors: 'active' },
  { name: 'print', viewport: { width: 1280, height: 900 }, media: 'print' },
];

async function judge(browser, file) {
  const found = new Set();
  const notes = new Set();
  const url = pathToFileURL(resolve(file)).href;
  const shot = (what) => join(shots, `${basename(file).replace(/\.html?$/, '')}-${what}`);

  const open = async (view, settings) => {
    const { name, media, ...rest } = view;
    const context = await browser.newContext({ ...rest, ...settings });
    const page = await context.newPage();
    page.on('request', (request) => {
      if (request.url() !== url) found.add(`asks for ${request.url().slice(0, 200)}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') found.add(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => found.add(`script error: ${error.message}`));
    if (media) await page.emulateMedia({ media });
    await page.goto(url, { waitUntil: 'load' });
    return { context, page };
  };

  // As its readers open it, with its own security policy in force: what the policy stops is a console error.
  {
    const { context, page } = await open(views[0], {});
    await page.waitForTimeout(200);
    const scripts = await page.evaluate(() => document.scripts.length);
    if (scripts) found.add(`${scripts} script elements`);
    await context.close();
  }

  for (const view of views) {
    // Past the policy, or axe could not be put in; a request that the policy would stop shows here.
    const { context, page } = await open(view, { bypassCSP: true });
    if (view.name === '320') {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 320) found.add(`${width} px wide in a window of 320 px`);
    }
    if (shots && ['desktop', '320'].includes(view.name)) {
      await page.screenshot({ path: shot(`${view.name}.png`), fullPage: true });
    }
    if (view.name === 'print') {
      const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: false, ...(shots && { path: shot('print.pdf') }) });
      const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      console.log(`${file}: ${pages} pages when printed on A4`);
      if (!pages) found.add('no page when printed');
      if (!(await page.evaluate(() => document.body.innerText.trim()))) found.add('nothing is left when printed');
    }
    await page.evaluate((forced) => {
      // Where a page sets no background, axe takes white, also where the browser shows its dark canvas.
      const root = document.documentElement;
      const clear = (element) => /, 0\)$/.test(getComputedStyle(element).backgroundColor);
      if (clear(root) && clear(document.body)) root.style.backgroundColor = 'Canvas';
      if (!forced) return;
      // axe reads the colour that letters are filled with, which Chromium reports as the author set it,
      // though it shows the forced colour.
      const shown = [...document.querySelectorAll('*')].map((element) => [element, getComputedStyle(element).color]);
      for (const [element, colour] of shown) element.style?.setProperty('-webkit-text-fill-color', colour);
    }, view.forcedColors === 'active');
    await page.addScriptTag({ content: axe.source });
    const result = await page.evaluate(async (tags) => {
      const rules = {};
      // Every rule with these tags, also those that axe leaves off by default; but not those it is giving up.
      for (const rule of axe.getRules(tags)) {
        if (!rule.tags.includes('deprecated')) rules[rule.ruleId] = { enabled: true };
      }
      const experimental = axe.getRules(['experimental']).map((rule) => rule.ruleId);
      const lines = (results) => results.flatMap((rule) =>
        rule.nodes.map((node) => ({ id: rule.id, text: `${rule.id}: ${rule.help} (${node.target.join(' ')})` })));
      const done = await axe.run(document, { runOnly: { type: 'rule', values: Object.keys(rules) }, rules });
      return {
        ran: done.passes.length + done.violations.length + done.incomplete.length + done.inapplicable.length,
        violations: lines(done.violations), incomplete: lines(done.incomplete), experimental,
      };
    }, TAGS);
    if (!result.ran) found.add(`axe, ${view.name}: ran no rule`);
    for (const { id, text } of result.violations) {
      // axe calls these rules experimental: worth a look, too often wrong to fail a page.
      if (result.experimental.includes(id)) notes.add(`axe, ${view.name}, experimental: ${text}`);
      else found.add(`axe, ${view.name}: ${text}`);
    }
    for (const { text } of result.incomplete) notes.add(`axe, ${view.name}, cannot tell: ${text}`);
    await context.close();
  }

  if (validate) {
    const checker = new validate.HtmlValidate({
      root: true,
      extends: ['html-validate:standard'],
      // The page must be one file without a request, so its style is in it.
      rules: { 'no-inline-style': 'off', 'no-style-tag': 'off' },
    });
    const report = await checker.validateString(readFileSync(file, 'utf8'), file);
    for (const message of report.results.flatMap((result) => result.messages)) {
      const text = `html-validate: ${message.line}:${message.column}: ${message.ruleId}: ${message.message}`;
      if (message.severity === 2) found.add(text);
      else notes.add(text);
    }
  }

  for (const note of notes) console.log(`${file}: note: ${note}`);
  for (const finding of found) console.log(`${file}: ${finding}`);
  console.log(found.size ? `${file}: ${found.size} findings` : `${file}: good`);
  return found.size;
}

if (shots) mkdirSync(shots, { recursive: true });
let bad = 0;
// Without its sandbox, since Chromium does not start with it as root, as in a container.
const browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
try {
  for (const file of files) {
    if (existsSync(file)) bad += await judge(browser, file);
    else { console.log(`${file}: no such file`); bad += 1; }
  }
} finally {
  await browser.close();
}
process.exit(bad ? 1 : 0);
