export { circleciSink, circleciSink as default } from './sink.ts';
