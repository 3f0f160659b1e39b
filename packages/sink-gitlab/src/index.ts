export { gitlabSink, gitlabSink as default } from './sink.ts';
