export { execSink, execSink as default } from './sink.ts';
