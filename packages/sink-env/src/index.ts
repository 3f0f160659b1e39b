export { envSink, envSink as default } from './sink.ts';
