global using NetRoom.AppTests.Support;
global using Shouldly;
global using Xunit;
