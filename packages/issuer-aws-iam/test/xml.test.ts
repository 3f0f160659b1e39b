import { describe, expect, it } from 'vitest';

import { child, parseXml, textOf } from '../src/xml.ts';

describe('an answer in XML', () => {
  it('is read with its elements, their text and its entities', () => {
    const root = parseXml(
      '<?xml version="1.0" encoding="UTF-8"?>\n<AResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">\n <AResult><User>a&amp;b &#x41;&#66;</User><Empty/><List><member>1</member><member>2</member></List></AResult>\n</AResponse>\n',
    );
    const result = child(root, 'AResult');
    expect(root?.name).toBe('AResponse');
    expect(textOf(result, 'User')).toBe('a&b AB');
    expect(textOf(result, 'Empty')).toBe('');
    expect(child(result, 'List')?.children.map(({ text }) => text)).toEqual(['1', '2']);
  });

  it('has no text where it has elements, or more than one of them', () => {
    const root = parseXml('<A><B><C>x</C></B><D>1</D><D>2</D></A>');
    expect(textOf(root, 'B')).toBeUndefined();
    expect(textOf(root, 'D')).toBeUndefined();
    expect(textOf(root, 'E')).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['text', 'Not Found'],
    ['JSON', '{"a":1}'],
    ['a page', '<!DOCTYPE html><html></html>'],
    ['a document type', '<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>'],
    ['an entity of its own', '<A>&x;</A>'],
    ['an entity without an end', '<A>&amp</A>'],
    ['an entity for NUL', '<A>&#0;</A>'],
    ['an entity beyond Unicode', '<A>&#x110000;</A>'],
    ['a section of characters', '<A><![CDATA[x]]></A>'],
    ['a comment', '<A><!-- x --></A>'],
    ['an instruction', '<A><?x y?></A>'],
    ['a prefix', '<x:A></x:A>'],
    ['a wrong end', '<A></B>'],
    ['no end', '<A><B></B>'],
    ['an end without a start', '</A>'],
    ['two roots', '<A></A><B></B>'],
    ['an empty root', '<A/>'],
    ['text after it', '<A></A>x'],
    ['text before it', 'x<A></A>'],
    ['half a tag', '<A'],
    ['a prototype', '<__proto__></__proto__>'],
    ['too many levels', '<A>'.repeat(20) + '</A>'.repeat(20)],
    ['too many elements', `<A>${'<B></B>'.repeat(30_000)}</A>`],
    ['too much text', `<A>${'x'.repeat(2 * 1024 * 1024)}</A>`],
  ])('is not %s', (_, text) => {
    expect(parseXml(text)).toBeUndefined();
  });

  it.each([
    ['starts', '<'.repeat(500_000)],
    ['ends', '<A>' + '>'.repeat(500_000)],
    ['entities', `<A>${'&'.repeat(500_000)}</A>`],
    ['entities that are whole', `<A>${'&amp;'.repeat(100_000)}</A>`],
    ['spaces', `${' '.repeat(500_000)}<A></A>`],
    ['spaces in a tag', `<A${' '.repeat(500_000)}></A>`],
    ['spaces after it', `<A></A>${' '.repeat(500_000)}`],
    ['a prolog without an end', `<?xml ${'?'.repeat(500_000)}`],
  ])('of many %s takes no longer than its length', (_, text) => {
    const started = process.cpuUsage().user;
    parseXml(text);
    expect(process.cpuUsage().user - started).toBeLessThan(1_000_000);
  });
});
