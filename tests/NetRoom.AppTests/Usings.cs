global using NetRoom.AppTests.Support;
global using NetRoom.Tests;
global using Shouldly;
global using Xunit;
