using SegmentOfOne.Benchmarks.Commands;

return await BenchmarksProgram.Create().Parse(args).InvokeAsync();
