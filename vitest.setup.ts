// Runs before every test file: a process remembers secrets to blank them, and those of another file could be a part of this one's text.
Reflect.deleteProperty(globalThis, Symbol.for('keyturn.known'));
